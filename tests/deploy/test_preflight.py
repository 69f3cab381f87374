"""Before anything starts: what keeps a platform from coming up is said in words, and nothing stale is in its way."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deploy.local.environment import given_databases
from deploy.local.ports import LOOPBACK, USUAL_PORTS, free_ports, ports_from
from deploy.local.preflight import LOCK_NAME, FolderLock, check_disk, check_ports, runner_of
from deploy.local.trouble import Trouble


@pytest.fixture
def taken_port() -> Iterator[int]:
    with closing(socket.socket()) as holder:
        holder.bind((LOOPBACK, 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_a_taken_port_is_named_with_its_holder_and_its_variable(taken_port: int) -> None:
    with pytest.raises(Trouble) as trouble:
        check_ports({**free_ports(), "SUPPORT_GRPC_PORT": taken_port})
    assert f"Port {taken_port} is taken" in str(trouble.value)
    assert f"(process {os.getpid()})" in str(trouble.value)
    assert "SUPPORT_GRPC_PORT" in str(trouble.value)


def test_a_port_is_changed_by_its_variable() -> None:
    assert ports_from({"NSCL_AMQP_PORT": "5999"}) == {**USUAL_PORTS, "NSCL_AMQP_PORT": 5999}


@pytest.mark.parametrize("given", ["none", "0", "65536", "-1"])
def test_what_is_not_a_port_is_refused(given: str) -> None:
    with pytest.raises(Trouble, match=f"NSCL_AMQP_PORT={given} is not a port"):
        ports_from({"NSCL_AMQP_PORT": given})


def test_no_two_parts_listen_on_one_port() -> None:
    assert len(set(USUAL_PORTS.values())) == len(USUAL_PORTS)


def test_a_second_start_is_told_of_the_first(tmp_path: Path) -> None:
    first, second = FolderLock(tmp_path), FolderLock(tmp_path)
    first.take()
    with pytest.raises(Trouble, match=rf"runs already .* \(process {os.getpid()}\)"):
        second.take()
    assert not second.is_held
    first.give_back()
    second.take()
    second.give_back()


def test_the_lock_of_a_runner_that_died_is_not_in_the_way(tmp_path: Path) -> None:
    dying = f"""
import os, pathlib, signal
from deploy.local.preflight import FolderLock
FolderLock(pathlib.Path({str(tmp_path)!r})).take()
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", dying], check=False).returncode < 0
    assert (tmp_path / LOCK_NAME).read_text()
    assert runner_of(tmp_path) is None
    FolderLock(tmp_path).take()
    assert runner_of(tmp_path) == os.getpid()


def test_a_nearly_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nearly_full = shutil.disk_usage(tmp_path)._replace(free=300 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: nearly_full)
    with pytest.raises(Trouble, match="nearly full \\(300 MiB free\\)"):
        check_disk(tmp_path)


def test_databases_that_exist_are_used_under_the_services_own_names() -> None:
    databases = given_databases(
        {
            "POSTGRES_HOST": "db.example",
            "POSTGRES_USER": "nscl",
            "POSTGRES_OWNER_USER": "nscl_owner",
            "SUPPORT_POSTGRES_DBNAME": "support_2024",
            "SUPPORT_POSTGRES_PORT": "6432",
        }
    )
    assert databases is not None
    registry, support = databases[:2]
    assert registry.environment()["REGISTRY_POSTGRES_DBNAME"] == "nscl_registry"
    assert support.environment()["SUPPORT_POSTGRES_DBNAME"] == "support_2024"
    assert support.environment()["SUPPORT_POSTGRES_PORT"] == "6432"
    assert support.owner_environment()["SUPPORT_POSTGRES_OWNER_USER"] == "nscl_owner"


def test_a_server_named_by_halves_is_told() -> None:
    with pytest.raises(Trouble, match="REGISTRY_POSTGRES_OWNER_USER is missing"):
        given_databases({"POSTGRES_HOST": "db.example", "POSTGRES_USER": "nscl"})


def test_without_a_server_named_there_is_none_to_use() -> None:
    assert given_databases({"PATH": "/usr/bin"}) is None
