"""Development certificates: one authority for the platform's own doors, one for departments' systems, in one folder.

    python -m deploy.local.certificates system --name import.sct.example --body SCT --capacity scheme_officer

It stands where a city's own authority stands in earnest: services read the files, and do not know who made them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import trustme

from deploy.local.tokens import write_private
from services.shared.settings import SystemsSettings, TlsSettings

AUTHORITY = "authority.pem"
"""The file in the folder of the keys by which the doors are known."""

_NO_SYSTEMS = b"[]\n"


@dataclass(frozen=True)
class Authority:
    """Signs certificates that are believed where its own is; ``certificate`` is that (PEM)."""

    signer: trustme.CA
    certificate: Path

    @classmethod
    def in_directory(cls, directory: Path, name: str) -> Self:
        """The authority with that file in a folder; it is made where it is missing, its key for its owner only."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        certificate, key = directory / name, (directory / name).with_suffix(".key")
        if not (certificate.exists() and key.exists()):
            made = trustme.CA(organization_name="NSCL", organization_unit_name=f"development {name}")
            write_private(key, made.private_key_pem.bytes())
            write_private(certificate, made.cert_pem.bytes())
        return cls(trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes()), certificate)

    def issue(self, holder: str, *names: str) -> TlsSettings:
        """A certificate for host names or addresses, kept beside the authority's as ``<holder>.pem`` and ``.key``."""
        directory = self.certificate.parent
        files = TlsSettings(directory / f"{holder}.pem", directory / f"{holder}.key")
        issued = self.signer.issue_cert(*names)
        write_private(files.key, issued.private_key_pem.bytes())
        write_private(files.certificate, b"".join(part.bytes() for part in issued.cert_chain_pems))
        return files


@dataclass(frozen=True)
class Certificates:
    """The certificates of one folder: the doors' and the departments' systems'."""

    doors: Authority
    systems: Authority

    @classmethod
    def in_directory(cls, directory: Path) -> Self:
        """Those of a folder; what is missing there is made."""
        doors, systems = (Authority.in_directory(directory, name) for name in (AUTHORITY, f"systems_{AUTHORITY}"))
        made = cls(doors, systems)
        if not made.known_systems.exists():
            write_private(made.known_systems, _NO_SYSTEMS)
        return made

    @property
    def known_systems(self) -> Path:
        """The list of systems that may call (``NSCL_SYSTEMS_FILE``)."""
        return self.systems.certificate.with_name("systems.json")

    def of_door(self, service: str, *names: str) -> TlsSettings:
        """A service's certificate, made anew at every start."""
        return self.doors.issue(f"{service}_tls", *names)

    def at(self, listen: str) -> SystemsSettings:
        """How a door lets in the systems of this folder."""
        return SystemsSettings(listen, self.systems.certificate, self.known_systems)

    def register(self, name: str, body: str, capacity: str) -> TlsSettings:
        """A certificate for a department's system, which from now on may call."""
        files = self.systems.issue(name, name)
        others = [entry for entry in json.loads(self.known_systems.read_text()) if entry["name"] != name]
        listed = [*others, {"name": name, "body": body, "capacity": capacity}]
        write_private(self.known_systems, json.dumps(listed, indent=2).encode() + b"\n")
        return files


def main(arguments: Sequence[str] | None = None) -> None:
    from services.shared.grpc_server.systems import system_of  # needs the stubs, which who only starts up does not

    parser = argparse.ArgumentParser(prog="deploy.local.certificates", description="Development certificates.")
    actions = parser.add_subparsers(dest="action", required=True)
    system = actions.add_parser("system", help="let a department's system in, and print where its certificate is")
    system.add_argument("--dir", type=Path, default=Path(".run/keys"), help="folder of the keys (%(default)s)")
    system.add_argument("--name", required=True, help="DNS name of the system, such as import.sct.example")
    system.add_argument("--body", required=True, help="code of its body, such as SCT")
    system.add_argument("--capacity", required=True, help="such as scheme_officer, standing_attestor, auditor")
    chosen = parser.parse_args(arguments)
    try:
        system_of({"name": chosen.name, "body": chosen.body, "capacity": chosen.capacity})
    except ValueError as wrong:
        parser.error(str(wrong))
    files = Certificates.in_directory(chosen.dir).register(chosen.name, chosen.body, chosen.capacity)
    print(files.certificate, files.key, sep="\n")


if __name__ == "__main__":
    main()
