from __future__ import annotations

import json
import stat
from pathlib import Path
from uuid import uuid4

import jwt
import pytest

from deploy.local.tokens import SERVICES, Issuer, main, sample_person_id
from services.shared.grpc_server.identity import Caller, TokenKeys
from services.shared.grpc_server.published_keys import published_keys


def caller(folder: Path, token: str) -> Caller:
    keys = TokenKeys(published_keys(folder / "jwks.json"), "nscl-development")
    return keys.caller([("authorization", f"Bearer {token}")])


def test_keys_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    main(["keys", "--dir", str(folder)])
    made = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert made.keys() == {"issuer.pem", "jwks.json", *(f"{service}.pem" for service in SERVICES)}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    main(["keys", "--dir", str(folder)])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == made


def test_the_published_keys_hold_no_private_part(tmp_path: Path) -> None:
    keys = json.loads(Issuer.in_directory(tmp_path).jwks_path.read_text())["keys"]
    assert [key["kid"] for key in keys] == ["issuer", *(f"service:{service}" for service in SERVICES)]
    assert not any("d" in key for key in keys)


def test_what_a_broken_start_left_out_is_added(tmp_path: Path) -> None:
    token = Issuer.in_directory(tmp_path).issue(capacity="auditor", body="STC")
    (tmp_path / "jwks.json").unlink()
    (tmp_path / "support.pem").unlink()
    Issuer.in_directory(tmp_path)
    assert caller(tmp_path, token).capacity == "auditor"


def test_a_token_from_the_shell_says_who(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    person_id = uuid4()
    arguments = ["issue", "--dir", str(tmp_path), "--capacity", "city_leader", "--body", "UBND"]
    main([*arguments, "--person", str(person_id), "--hours", "0.5"])
    main(arguments)
    first, second = capsys.readouterr().out.split()
    assert caller(tmp_path, first) == Caller(person_id, "UBND", "city_leader")
    assert caller(tmp_path, second).person_id == sample_person_id("UBND", "city_leader")
    claims = jwt.decode(first, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 1800
