"""The manifests as they stand: a process is told all it asks for and nothing else, and all services are run alike."""

from __future__ import annotations

import importlib
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.ports import SERVICES
from deploy.validate import problems_of
from services.shared.logs import LogFormat
from tests.deploy.manifests import BASE, PROCESSES, Container, brought_along, resource, resources
from tests.rules.code import PROJECT

SETTINGS = {"api": "ApiSettings", "bus": "BusSettings", "migrate": "MigrationSettings"}
OF_LIBRARIES = {"PGSSLMODE", "PGSSLROOTCERT", "SSL_CERT_FILE"}
MADE_IN_THE_CLUSTER = re.compile(r"\w+-database-ca")
LEFT_AT_THEIR_DEFAULTS = re.compile(
    r"\w+_POSTGRES_(PORT|POOL_SIZE|MAX_OVERFLOW|CONNECT_TIMEOUT|LOCK_TIMEOUT|STATEMENT_TIMEOUT)"
    r"|\w+_GRPC_(THREADS|REUSE_PORT)|NSCL_(CALLS_PER_SECOND|CALLS_AT_ONCE|CONNECTION_SECONDS)"
    r"|\w+_LOG_(KEYS|KEY_FILES|POLICY_FILE)"  # keys are for the bus, in files; a policy is for who has witnesses
    r"|(REGISTRY|TRAINING)_SERVICE_KEY"  # only support and reporting ask others
)


class Noting(dict[str, str]):
    """An environment that notes what is looked for in it."""

    def __init__(self, variables: dict[str, str]) -> None:
        super().__init__(variables)
        self.asked: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return super().__contains__(name)


@pytest.mark.parametrize(("service", "room"), PROCESSES)
def test_a_process_is_told_what_it_asks_for_and_nothing_else(
    service: str, room: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    container = Container.of(service, room)
    told = container.environment(tmp_path, dict.fromkeys(container.references(), "x" * 32))
    noting = Noting(told)
    monkeypatch.setattr(os, "environ", noting)
    settings = getattr(importlib.import_module(f"services.{service}.settings"), SETTINGS[room])
    settings.from_environment(service)
    LogFormat.from_environment()
    ours = {name for name in noting.asked if name.startswith((service.upper(), "NSCL_", "AMQP", "REGISTRY"))}
    assert {name for name in ours - set(told) if not LEFT_AT_THEIR_DEFAULTS.fullmatch(name)} == set(), "not told"
    assert set(told) - noting.asked - OF_LIBRARIES == set(), "told and never asked for"


@pytest.mark.parametrize(("service", "room"), PROCESSES)
def test_a_workload_starts_the_process_it_is_named_after(service: str, room: str) -> None:
    (module,) = Container.of(service, room).spec["args"]
    assert module == f"services.{service}.run_{room}"
    assert (PROJECT / module.replace(".", "/")).with_suffix(".py").exists()


def test_every_secret_that_is_used_is_named_in_the_example_and_has_no_value_there() -> None:
    used = {ref for service, room in PROCESSES for ref in Container.of(service, room).references()}
    settings = {("nscl", key) for each in resources(BASE / "settings.yaml") for key in each["data"]}
    made = {ref for ref in used if MADE_IN_THE_CLUSTER.fullmatch(ref[0])}
    assert used - made - settings <= set(brought_along())
    assert settings <= used
    assert set(brought_along().values()) == {""}


@pytest.mark.parametrize(("service", "room"), PROCESSES)
def test_every_file_that_is_named_is_mounted(service: str, room: str) -> None:
    container = Container.of(service, room)
    named = {str(each.get("value", "")) for each in container.spec["env"]}
    files = {value.removeprefix("/etc/nscl/") for value in named if value.startswith("/etc/nscl/")}
    assert files == {path for path, _ in container.files()}


@pytest.mark.parametrize(("service", "room"), [each for each in PROCESSES if each[1] != "migrate"])
def test_a_process_listens_where_its_ports_are_and_is_probed_there(service: str, room: str) -> None:
    container = Container.of(service, room)
    listens = {
        each["name"]: int(each["value"].rpartition(":")[2])
        for each in container.spec["env"]
        if each["name"].endswith("_LISTEN")
    }
    assert sorted(listens.values()) == sorted(container.ports.values())
    probed = [container.spec[f"{kind}Probe"] for kind in ("startup", "readiness", "liveness")]
    if room == "api":
        assert {probe["grpc"]["port"] for probe in probed} == {listens[f"{service.upper()}_HEALTH_LISTEN"]}
    else:
        assert [probe["httpGet"]["path"] for probe in probed] == ["/live", "/ready", "/live"]


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_and_its_policy_name_is_a_port(service: str) -> None:
    ports = {name for room in ("api", "bus") for name in Container.of(service, room).ports}
    policy = resource(service, "NetworkPolicy", service)["spec"]
    let_in = {port["port"] for rule in policy["ingress"] for port in rule["ports"]}
    offered = {port["targetPort"] for name in (service, f"{service}-log") for port in ports_of(service, name)}
    assert let_in == ports - {"health"}
    assert offered == let_in


def ports_of(service: str, name: str) -> list[dict[str, Any]]:
    ports: list[dict[str, Any]] = resource(service, "Service", name)["spec"]["ports"]
    return ports


def test_nothing_reaches_a_pod_but_what_a_policy_lets_through() -> None:
    (policy,) = resources(BASE / "network.yaml")
    assert policy["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


ASKED_BY_REPORTING = {
    "- from:",
    "- podSelector: {matchLabels: {app.kubernetes.io/name: reporting, app.kubernetes.io/component: api}}",
    "ports: [{port: grpc}]",
}


def test_all_services_are_run_alike() -> None:
    manners = {service: manner(service) for service in SERVICES}
    assert {line.split("#")[0].strip() for line in manners["training"] - manners["reporting"]} == ASKED_BY_REPORTING
    assert not manners["training"] - manners["registry"]
    assert not manners["training"] - manners["support"]


def manner(service: str) -> set[str]:
    """The lines of a service's manifest without its name; what stands in the first one is its own."""
    _, lines = (BASE / f"{service}.yaml").read_text(encoding="utf-8").split("\n", 1)
    return set(lines.replace(service.upper(), "SERVICE").replace(service, "service").splitlines())


OPERATE = (PROJECT / "docs" / "operate.md").read_text(encoding="utf-8")


def test_every_variable_is_explained_to_who_operates_it() -> None:
    explained = set(re.findall(r"`(\w+)`", OPERATE))
    told = {each["name"] for service, room in PROCESSES for each in Container.of(service, room).spec["env"]}
    own = "|".join(service.upper() for service in SERVICES)

    def is_explained(name: str) -> bool:
        common = re.sub(rf"^({own})_", "", name)
        last = common.removeprefix("POSTGRES")
        return bool({name, last} & explained) or f"`<SERVICE>_{common}`" in OPERATE

    assert [name for name in sorted(told) if not is_explained(name)] == []


def test_resources_that_are_shown_to_who_operates_it_are_right() -> None:
    shown = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", OPERATE, re.DOTALL)]
    assert shown
    assert [*problems_of(("docs/operate.md", each) for each in shown)] == []


def test_what_is_said_to_be_there_is_there() -> None:
    paths = re.findall(r"`((?:deploy|services|tests|docs)/[\w./-]+\w)`", OPERATE)
    assert [path for path in paths if not (PROJECT / path).exists()] == []
    modules = set(re.findall(r"services\.\w+\.run_\w+", OPERATE))
    assert [name for name in modules if not (PROJECT / name.replace(".", "/")).with_suffix(".py").exists()] == []
