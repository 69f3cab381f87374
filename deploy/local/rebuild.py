"""``make rebuild-view``: the views of this machine's platform, made anew while it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from psycopg2.extensions import parse_dsn

from deploy.local.environment import (
    Passwords,
    ServiceDatabase,
    common_environment,
    given_databases,
    private_databases,
    python,
)
from deploy.local.platform import PROJECT
from deploy.local.ports import SERVICES
from deploy.local.postgres import PostgresServer, Role
from deploy.local.preflight import runner_of
from deploy.local.run import FOLDER
from deploy.local.trouble import Trouble

__all__ = ["main"]


def main() -> int:
    """What the service's ``run_rebuild`` answers; 3 when the platform does not run."""
    service, *arguments = sys.argv[1:] or [""]
    if service not in SERVICES:
        print(f"Which service? One of {', '.join(SERVICES)}.", file=sys.stderr)
        return 2
    if not runner_of(FOLDER):
        print("The platform does not run: start it with 'make run'.", file=sys.stderr)
        return 3
    endpoints = json.loads((FOLDER / "endpoints.json").read_text())
    try:
        database = _database(service, endpoints)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 2
    environment = common_environment(os.environ, PROJECT) | database.owner_environment()
    rebuild = python(f"services.{service}.run_rebuild", *arguments)
    return subprocess.run(rebuild, env=environment | {"AMQP_URI": endpoints["amqp"]}, check=False).returncode


def _database(service: str, endpoints: Mapping[str, Any]) -> ServiceDatabase:
    """The service's database, with its owner: as the environment names it, as for 'make run', or our private one."""
    address = parse_dsn(endpoints["services"][service]["postgres"])
    server = PostgresServer(address["host"], int(address["port"]), Role("postgres"))
    databases = given_databases(os.environ) or private_databases(server, Passwords(FOLDER / "passwords.json"))
    return next(database for database in databases if database.service == service)


if __name__ == "__main__":
    sys.exit(main())
