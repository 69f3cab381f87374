"""The manifests of deploy/ as data, and one container of them as a program of this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from deploy.local.ports import SERVICES
from tests.rules.code import PROJECT

BASE = PROJECT / "deploy" / "base"
SECRETS = PROJECT / "deploy" / "secrets.example.yaml"
ROOMS = ("api", "bus", "migrate")
PROCESSES = [(service, room) for service in SERVICES for room in ROOMS]

Given: TypeAlias = Mapping[tuple[str, str], str]
"""What an installation brings along: the values of its secrets and configuration, by name and key."""


@cache
def resources(file: Path) -> tuple[dict[str, Any], ...]:
    """The resources of one manifest."""
    return tuple(yaml.safe_load_all(file.read_text(encoding="utf-8")))


def resource(service: str, kind: str, name: str) -> dict[str, Any]:
    """One resource of a service; StopIteration when it has none of that name."""
    found = resources(BASE / f"{service}.yaml")
    return next(each for each in found if (each["kind"], each["metadata"]["name"]) == (kind, name))


def brought_along() -> dict[tuple[str, str], str]:
    """Every secret and trusted file that an installation is told to bring, without its value."""
    return {
        (each["metadata"]["name"], key): value
        for each in resources(SECRETS)
        for key, value in (each.get("stringData") or each["data"]).items()
    }


@dataclass(frozen=True)
class Container:
    """The one container of a workload, and the volumes of its pod."""

    spec: Mapping[str, Any]
    pod: Mapping[str, Any]

    @classmethod
    def of(cls, service: str, room: str) -> Container:
        """That of a service's api, bus or migration."""
        kind = "Job" if room == "migrate" else "Deployment"
        pod = resource(service, kind, f"{service}-{room}")["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        return cls(container, pod)

    @property
    def ports(self) -> dict[str, int]:
        """The ports by their names."""
        return {port["name"]: port["containerPort"] for port in self.spec.get("ports", ())}

    def files(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """Each file under /etc/nscl, and the secret or configuration it comes from."""
        (projected,) = (volume["projected"] for volume in self.pod["volumes"] if "projected" in volume)
        for source in projected["sources"]:
            ((_, given),) = source.items()
            keys = given.get("items") or [
                {"key": key, "path": key} for name, key in brought_along() if name == given["name"]
            ]
            yield from ((item["path"], (given["name"], item["key"])) for item in keys)

    def references(self) -> set[tuple[str, str]]:
        """The secrets and configurations its variables and its files are taken from."""
        named = (variable.get("valueFrom", {}) for variable in self.spec["env"])
        refs = (ref for each in named for ref in each.values())
        return {(ref["name"], ref["key"]) for ref in refs} | {source for _, source in self.files()}

    def environment(self, folder: Path, given: Given) -> dict[str, str]:
        """The environment it starts with, its files written to a folder and named there."""
        for path, source in self.files():
            (folder / path).write_text(given[source], encoding="utf-8")
        return {variable["name"]: _value(variable, folder, given) for variable in self.spec["env"]}


def _value(variable: Mapping[str, Any], folder: Path, given: Given) -> str:
    if "value" in variable:
        return str(variable["value"]).replace("/etc/nscl", str(folder)).replace("/var/lib/nscl", str(folder))
    ((_, ref),) = variable["valueFrom"].items()
    return given[ref["name"], ref["key"]]
