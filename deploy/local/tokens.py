"""A development issuer of bearer tokens: keys and a JWKS file in one folder, tokens from the command line.

    python -m deploy.local.tokens keys --dir .run/keys
    python -m deploy.local.tokens issue --capacity programme_officer --body SKHCN

It stands where a city's identity provider stands in earnest: services read nothing but the JWKS file, and do not know
who wrote it. Each service has a key of its own there, with which it can speak for itself only.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import OKPAlgorithm

ISSUER = "nscl-development"
AUDIENCE = "nscl"
SERVICES = ("registry", "support", "training", "reporting")
DEFAULT_HOURS = 12.0
_ISSUER_KEY_ID = "issuer"


@dataclass(frozen=True)
class Issuer:
    """Issues tokens that the services of this machine accept."""

    key: Ed25519PrivateKey
    directory: Path

    @classmethod
    def in_directory(cls, directory: Path) -> Self:
        """The issuer whose keys lie in a folder; what is missing there is made, readable by its owner only."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = _key_in(directory / "issuer.pem")
        public = {_ISSUER_KEY_ID: key, **{f"service:{name}": _key_in(directory / f"{name}.pem") for name in SERVICES}}
        jwks = json.dumps({"keys": [_public(key_id, key) for key_id, key in public.items()]}, indent=2)
        issuer = cls(key, directory)
        if not issuer.jwks_path.exists() or issuer.jwks_path.read_text(encoding="utf-8") != jwks:
            write_private(issuer.jwks_path, jwks.encode())
        return issuer

    @property
    def jwks_path(self) -> Path:
        """The public keys, as the services read them (``NSCL_TOKEN_KEYS``)."""
        return self.directory / "jwks.json"

    def service_key_path(self, service: str) -> Path:
        """A service's own private key (``<SERVICE>_SERVICE_KEY``)."""
        return self.directory / f"{service}.pem"

    def issue(
        self, *, capacity: str, body: str, person_id: UUID | None = None, hours: float = DEFAULT_HOURS, **claims: Any
    ) -> str:
        """A token for a person (by default the body's one sample person in that capacity); ``claims`` replace any."""
        now = int(time.time())
        told = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(person_id or sample_person_id(body, capacity)),
            "body": body,
            "capacity": capacity,
            "iat": now,
            "exp": now + int(hours * 3600),
            "jti": str(uuid4()),
        }
        return jwt.encode(told | claims, self.key, algorithm="EdDSA", headers={"kid": _ISSUER_KEY_ID})


def sample_person_id(body: str, capacity: str) -> UUID:
    """The surrogate id of the person who, on a development machine, acts for a body in a capacity."""
    return uuid5(NAMESPACE_URL, f"nscl:person:{body}:{capacity}")


def _key_in(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_private(path, pem)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise SystemExit(f"{path} does not hold an Ed25519 key; remove it to have a new one made")
    return key


def _public(key_id: str, key: Ed25519PrivateKey) -> dict[str, Any]:
    jwk = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**jwk, "kid": key_id, "alg": "EdDSA", "use": "sig"}


def write_private(path: Path, content: bytes) -> None:
    """Write the file whole or not at all, so that an interrupted start leaves nothing half-made."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    draft.replace(path)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="deploy.local.tokens", description="Development bearer tokens.")
    actions = parser.add_subparsers(dest="action", required=True)
    keys = actions.add_parser("keys", help="make the keys and the JWKS file where they are missing")
    issue = actions.add_parser("issue", help="print a token")
    for action in (keys, issue):
        action.add_argument("--dir", type=Path, default=Path(".run/keys"), help="folder of the keys (%(default)s)")
    issue.add_argument("--capacity", required=True, help="such as programme_officer, city_leader, auditor")
    issue.add_argument("--body", required=True, help="code of the body, such as SKHCN, STC, UBND")
    issue.add_argument("--person", type=UUID, help="surrogate id (UUID); by default one per body and capacity")
    issue.add_argument("--hours", type=float, default=DEFAULT_HOURS, help="how long it is good (%(default)s)")
    chosen = parser.parse_args(arguments)
    issuer = Issuer.in_directory(chosen.dir)
    if chosen.action == "keys":
        print(issuer.jwks_path)
    else:
        print(issuer.issue(capacity=chosen.capacity, body=chosen.body, person_id=chosen.person, hours=chosen.hours))


if __name__ == "__main__":
    main()
