"""Whatever is changed in a mirror or a bundle is found, wherever it is, and nothing is found in what is untouched."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from services.audit.command import main
from tests.audit.world import REGISTRY, SUPPORT, World, a_world
from tests.soak import Soak


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return a_world(tmp_path_factory.mktemp("world"), size=300)


@pytest.fixture
def mirror(world: World, tmp_path: Path) -> Path:
    places = [f"{origin}={world.log_folder(origin)}" for origin in (REGISTRY, SUPPORT)]
    events = [f"--events={origin}={world.folder}" for origin in (REGISTRY, SUPPORT)]
    words = ["fetch", str(tmp_path / "mirror"), "--policy", str(world.policy_file)]
    told = CliRunner().invoke(main, [*words, *(f"--log={place}" for place in places), *events])
    assert told.exit_code == 0, told.output
    return tmp_path / "mirror"


def is_right(world: World, place: Path) -> bool:
    """Whether nothing is found; what cannot be read at all is as good as found."""
    told = CliRunner().invoke(main, ["verify", str(place), "--policy", str(world.policy_file), "--json"])
    assert isinstance(told.exception, SystemExit | None), told.exception
    assert told.exit_code != 1 or json.loads(told.stdout)["findings"]
    return told.exit_code == 0


def mutated(content: bytes, random: Random) -> bytes:
    """With one byte changed, taken away or put in, two parts swapped, or the end cut off."""
    at, other = sorted(random.sample(range(len(content) + 1), 2))
    changes = [
        content[:at] + bytes([random.randrange(256)]) + content[at:],
        content[:at] + content[at + 1 :],
        content[:at] + bytes([content[at] ^ random.randrange(1, 256)]) + content[at + 1 :],
        content[:at],
        content[other:] + content[at:other] + content[:at],
        content[:other] + content[at:],
    ]
    different = [change for change in changes if change != content]
    return random.choice(different)


@pytest.mark.soak
def test_every_mutation_of_a_mirror_is_found(world: World, mirror: Path, soak: Soak) -> None:
    assert is_right(world, mirror)
    shutil.rmtree(mirror / "trusted")
    files = sorted(file for file in mirror.rglob("*") if file.is_file() and file.name != "policy")
    random = soak.random("mirror")
    for _ in range(soak.count(1_000, 0.1)):
        file = random.choice(files)
        content = file.read_bytes()
        file.write_bytes(mutated(content, random))
        assert not is_right(world, mirror), file
        file.write_bytes(content)
    assert is_right(world, mirror)


@pytest.mark.soak
def test_every_mutation_of_what_a_bundle_holds_is_found(world: World, mirror: Path, tmp_path: Path, soak: Soak) -> None:
    CliRunner().invoke(main, ["export", str(mirror), str(tmp_path / "bundle.zip"), "--to", "2026-03-02"])
    with zipfile.ZipFile(tmp_path / "bundle.zip") as bundle:
        contents = {name: bundle.read(name) for name in bundle.namelist()}
    assert is_right(world, tmp_path / "bundle.zip")
    random = soak.random("bundle")
    for _ in range(soak.count(1_000, 0.1)):
        name = random.choice(sorted(contents))
        with zipfile.ZipFile(tmp_path / "changed.zip", "w") as changed:
            for path, content in contents.items():
                changed.writestr(path, mutated(content, random) if path == name else content)
        assert not is_right(world, tmp_path / "changed.zip"), name


@pytest.mark.soak
def test_a_mutation_of_the_file_of_a_bundle_is_found_or_changes_nothing_in_it(
    world: World, mirror: Path, tmp_path: Path, soak: Soak
) -> None:
    file = tmp_path / "bundle.zip"
    CliRunner().invoke(main, ["export", str(mirror), str(file)])
    whole = file.read_bytes()
    with zipfile.ZipFile(file) as bundle:
        contents = {name: bundle.read(name) for name in bundle.namelist()}
    random = soak.random("file")
    for _ in range(soak.count(1_000, 0.1)):
        file.write_bytes(mutated(whole, random))
        if is_right(world, file):
            with zipfile.ZipFile(file) as bundle:
                assert {name: bundle.read(name) for name in bundle.namelist()} == contents
