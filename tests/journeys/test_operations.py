"""What operators are given, tried on a platform that runs: figures, alerts and the commands of the runbook."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from urllib.request import urlopen

import psutil
import pytest
import yaml
from amqp.exceptions import AccessRefused
from kombu import Connection

from deploy.local.platform import PROJECT
from deploy.monitoring.dashboard import ROWS
from tests.servers import RunningPlatform

MONITORING = PROJECT / "deploy" / "monitoring"
METRIC = re.compile(r"\bnscl_[a-z_]+\b")
RUNBOOK = (PROJECT / "docs" / "runbook.md").read_text()
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", RUNBOOK, re.DOTALL) for line in block.splitlines()]
IN_A_POD = re.compile(r"kubectl -n nscl exec deploy/([a-z]+)-(api|bus) -- python (.*)")
LOGS_OF_A_POD = re.compile(r"kubectl -n nscl logs deploy/([a-z]+)-(api|bus) --tail=\d+")
OF_THE_CLUSTER = "kubectl -n nscl get pods"


def metrics_of(platform: RunningPlatform) -> str:
    """What all processes count, one page after the other."""
    services = platform.endpoints["services"].values()
    pages = [service[page] for service in services for page in ("api_metrics", "bus_metrics")]
    return "\n".join(urlopen(page, timeout=10).read().decode() for page in pages)


@pytest.mark.usefixtures("played")
def test_what_alerts_and_dashboard_look_at_is_counted(platform: RunningPlatform) -> None:
    counted = set(re.findall(r"^# TYPE (\w+) ", metrics_of(platform), re.MULTILINE))
    alerts = yaml.safe_load((MONITORING / "alerts.yaml").read_text())
    queries = [rule["expr"] for group in alerts["groups"] for rule in group["rules"]]
    queries += [query for panels in ROWS.values() for _, _, query, _ in panels]
    looked_at = {name.removesuffix("_bucket") for query in queries for name in METRIC.findall(query)}
    assert looked_at <= counted


@pytest.mark.usefixtures("played")
def test_the_programmes_money_is_among_the_figures(platform: RunningPlatform) -> None:
    page = metrics_of(platform)
    standing = re.findall(r'^nscl_budget_vnd\{source="\w+",stage="(\w+)",year="\d+"\} (\S+)$', page, re.MULTILINE)
    sums = {stage: sum(float(amount) for name, amount in standing if name == stage) for stage, _ in standing}
    assert sums["paid"] > 0
    assert sums["allocated"] >= sum(amount for stage, amount in sums.items() if stage != "allocated")
    assert re.search(r'^nscl_oldest_waiting_step_days\{step="\w+"\} \d', page, re.MULTILINE)


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_a_command_of_the_runbook_does_what_it_is_for(platform: RunningPlatform, command: str) -> None:
    if command == OF_THE_CLUSTER:
        return  # the only one for which there has to be a cluster
    if logs := LOGS_OF_A_POD.fullmatch(command):
        service, room = logs.groups()
        assert (platform.folder / "log" / f"{service}_{room}.log").stat().st_size
        return
    if inside := IN_A_POD.fullmatch(command):
        service, room, arguments = inside.groups()
        environment = psutil.Process(platform.pid(f"{service}_{room}")).environ()
        words = [sys.executable, *shlex.split(arguments)]
    else:
        assert command.startswith("make -s ")
        environment = {**os.environ, "NSCL_RUN_FOLDER": str(platform.folder)}
        words = shlex.split(command)
    done = subprocess.run(words, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


@pytest.fixture
def as_reporting(platform: RunningPlatform) -> Iterator[Connection]:
    """Signed in to the broker as reporting is."""
    uri = psutil.Process(platform.pid("reporting_bus")).environ()["AMQP_URI"]
    assert "//reporting:" in uri
    with Connection(uri) as connection:
        yield connection


def test_a_service_does_not_announce_in_anothers_name(as_reporting: Connection) -> None:
    as_reporting.Producer().publish(b"", exchange="support.announcements", routing_key="nscl.support.v1.TaskApproved")
    with pytest.raises(AccessRefused):
        as_reporting.drain_events(timeout=5)


@pytest.mark.parametrize("queue", ["support.from.registry", "support.from.registry.dead-letters"])
def test_a_service_takes_nothing_meant_for_another(as_reporting: Connection, queue: str) -> None:
    channel = as_reporting.default_channel
    with pytest.raises(AccessRefused):
        channel.basic_get(queue)


def test_a_service_deletes_no_queue_of_another(as_reporting: Connection) -> None:
    with pytest.raises(AccessRefused):
        as_reporting.default_channel.queue_delete("support.from.registry")
