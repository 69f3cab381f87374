"""The figures of the spine, taken on a platform of its own: rate, latency, lag, memory and start-up time.

The rate's peer is an empty handler behind the same interceptors, driven by the same drivers in turns.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import grpc
import psutil
from nscl.common.v1.act_pb2 import Recorded
from nscl.registry.v1 import registry_service_pb2 as registry
from nscl.reporting.v1 import reporting_service_pb2 as reporting
from rich.console import Console
from stdnum.vn import mst

from bench.figures import Figure, median, percentile
from deploy.local.environment import common_environment, python
from deploy.local.platform import PROJECT, Platform
from deploy.local.ports import free_ports
from deploy.local.tokens import Issuer
from programme.client import Doors
from programme.people import AUDITOR, OFFICER, SCHEME_OFFICER, surrogate
from programme.plan import basis, day, enter_plan
from programme.progress import Progress
from services.shared.channel import open_channel

ENTERPRISES = 3000
DRIVERS = 2
IN_FLIGHT = 32
ROUND_SECONDS = 4.0
ROUNDS = 5
LAG_SAMPLES = 300
# One caller stands for all callers here, so that one caller's share would be what is measured.
UNHELD = {"NSCL_CALLS_PER_SECOND": "1000000", "NSCL_CALLS_AT_ONCE": "1000"}


@dataclass(frozen=True)
class Run:
    """What all drivers together measured in one round."""

    calls: int
    calls_per_second: float
    latencies_ms: tuple[float, ...]
    failures: dict[str, int]


def measure(console: Console) -> list[Figure]:
    """Every figure of the spine."""
    with tempfile.TemporaryDirectory(prefix="nscl-bench-") as folder:
        began = time.perf_counter()
        platform = Platform(Path(folder), free_ports(), UNHELD, console.print)
        platform.start()
        first_start = time.perf_counter() - began
        try:
            figures = measure_running(platform, console)
        finally:
            platform.stop()
        began = time.perf_counter()
        platform = Platform(Path(folder), platform.ports, UNHELD, console.print)
        platform.start()
        second_start = time.perf_counter() - began
        platform.stop()
    return [
        *figures,
        Figure("first start", first_start, "s"),
        Figure("start-up on existing data", second_start, "s"),
    ]


def measure_running(platform: Platform, console: Console) -> list[Figure]:
    """All figures that need the platform up."""
    endpoints = platform.endpoints()
    doors = Doors({name: service["grpc"] for name, service in endpoints["services"].items()}, Path(endpoints["keys"]))
    at_rest = memory_mib(platform)
    requests = prepare(doors, Progress(console))
    token = Issuer.in_directory(Path(endpoints["keys"])).issue(
        capacity=SCHEME_OFFICER.capacity, body=SCHEME_OFFICER.body, person_id=SCHEME_OFFICER.person_id
    )
    figures, under_load = rates(platform, endpoints["services"]["registry"]["grpc"], token, requests, doors, console)
    figures.append(lag(doors, requests))
    doors.close()
    figures += [
        Figure(f"memory of {name} under load", under_load[name], "MiB", "at rest", at_rest[name])
        for name in sorted(at_rest)
    ]
    everything = sum(under_load.values()), sum(at_rest.values())
    return [*figures, Figure("memory of everything under load", everything[0], "MiB", "at rest", everything[1])]


def prepare(doors: Doors, progress: Progress) -> list[registry.RecordOtherFundingRequest]:
    """The plan, and enterprises to which the measured command adds a funding each time."""
    enter_plan(doors, progress)

    def register(tax_code: str) -> registry.RecordOtherFundingRequest:
        enterprise = registry.RegisterEnterpriseRequest(
            basis=basis("MAU-1/PĐK", date(2024, 2, 15)),
            target_group=registry.TARGET_GROUP_ENTERPRISE,
            legal_form=registry.LEGAL_FORM_LIMITED_COMPANY,
            display_name=f"Công ty Đo lường {tax_code} (mẫu)",
            identifier=registry.Identifier(kind=registry.IDENTIFIER_KIND_TAX_CODE, code=tax_code),
            address=registry.Address(unit_code="31117"),
            business_lines=[
                registry.BusinessLine(
                    scheme=registry.VSIC_SCHEME_VSIC2018, code="1020", valid_from=day(date(2019, 5, 20))
                )
            ],
            registered_on=day(date(2019, 5, 20)),
        )
        answer = doors.ask(OFFICER, doors.registry.RegisterEnterprise, enterprise)
        return funding(answer.enterprise.enterprise_id)

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(register, islice(tax_codes(), ENTERPRISES)))


def tax_codes() -> Iterator[str]:
    """Well-formed tax codes of a series kept clear of those in use."""
    for serial in range(9_000_000, 9_999_000):
        yield from (code for last in range(10) if mst.is_valid(code := f"18{serial:07d}{last}"))


def funding(enterprise_id: str) -> registry.RecordOtherFundingRequest:
    """The measured command: it loads the enterprise, checks, and records one event."""
    return registry.RecordOtherFundingRequest(
        basis=basis("MAU-2/QĐ", date(2024, 3, 1)),
        enterprise_id=enterprise_id,
        scheme="Khuyến công (mẫu)",
        grantor="Sở Công Thương",
        content_code="TOOL-5S",
        amount_vnd=1_000_000,
        decided_on=day(date(2024, 3, 1)),
        period_from=day(date(2024, 1, 1)),
        period_to=day(date(2024, 12, 31)),
        legal_basis="MAU-2/QĐ",
    )


def rates(
    platform: Platform,
    address: str,
    token: str,
    requests: Sequence[registry.RecordOtherFundingRequest],
    doors: Doors,
    console: Console,
) -> tuple[list[Figure], dict[str, float]]:
    """Commands per second against the empty handler in turns, the latency at half the rate, and memory under load."""
    body = [request.SerializeToString().hex() for request in requests]
    with EmptyDoor(platform) as empty_address:
        full = {
            "token": token,
            "authority": platform.endpoints()["authority"],
            "requests": body,
            "in_flight": IN_FLIGHT,
            "seconds": ROUND_SECONDS,
        }
        commands, empties, memory = list[Run](), list[Run](), dict[str, float]()
        before = log_position(doors)
        for number in range(ROUNDS):
            empties.append(drive(full | {"address": empty_address}))
            commands.append(drive(full | {"address": address}))
            memory = memory_mib(platform)
            console.print(
                f"  round {number + 1}: {commands[-1].calls_per_second:,.0f} commands/s,"
                f" {empties[-1].calls_per_second:,.0f} empty calls/s"
            )
        grown = log_position(doors) - before
    counted = sum(run.calls for run in commands)
    failures = [run.failures for run in (*commands, *empties) if run.failures]
    if grown != counted or failures:
        raise SystemExit(f"the log grew by {grown} for {counted} acknowledged commands; failures: {failures}")
    command_rate = median(run.calls_per_second for run in commands)
    empty_rate = median(run.calls_per_second for run in empties)
    calm = drive(full | {"address": address, "rate": command_rate / 2 / DRIVERS})
    with paused(platform, "registry_bus", "reporting_bus"):
        alone = drive(full | {"address": address})
    return [
        Figure("durable commands through a door", command_rate, "/s", "empty handler", empty_rate, at_least=0.4),
        Figure(
            "the same with views, relay and reporting paused", alone.calls_per_second, "/s", "empty handler", empty_rate
        ),
        Figure("log growth", grown, "events", "acknowledged commands", counted, at_least=1, at_most=1),
        Figure(
            "latency of a command at half load: p50 / p99",
            (percentile(calm.latencies_ms, 50), percentile(calm.latencies_ms, 99)),
            "ms",
        ),
    ], memory


def drive(job: dict[str, Any]) -> Run:
    """Let the drivers drive at the same time, each with its share of the calls in flight."""
    job = job | {"in_flight": job["in_flight"] // DRIVERS}
    drivers = [
        subprocess.Popen(
            python("bench.spine.driver"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=common_environment({}, PROJECT),
            text=True,
        )
        for _ in range(DRIVERS)
    ]
    for number, driver in enumerate(drivers):
        assert driver.stdin is not None
        shared_out = job["requests"][number::DRIVERS]
        driver.stdin.write(json.dumps(job | {"requests": shared_out}))
        driver.stdin.close()
    measured = []
    for driver in drivers:
        assert driver.stdout is not None
        measured.append(json.loads(driver.stdout.read()))
        driver.wait()
    failures: dict[str, int] = {}
    for one in measured:
        for code, count in one["failures"].items():
            failures[code] = failures.get(code, 0) + count
    return Run(
        calls=sum(one["calls"] for one in measured),
        calls_per_second=sum(one["calls"] / one["seconds"] for one in measured),
        latencies_ms=tuple(latency for one in measured for latency in one["latencies_ms"]),
        failures=failures,
    )


@contextmanager
def paused(platform: Platform, *names: str) -> Iterator[None]:
    """Stop processes for the length of the block, to see what following the log costs the same two cores."""
    processes = [psutil.Process(platform.supervisor.pid(name)) for name in names]
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


class EmptyDoor:
    """The empty handler's process, up for the length of a ``with``."""

    def __init__(self, platform: Platform) -> None:
        self._environment = psutil.Process(platform.supervisor.pid("registry_api")).environ()
        self._log = platform.supervisor.log("empty_door").open("w")  # it writes the same log lines as its peer

    def __enter__(self) -> str:
        self._process = subprocess.Popen(
            python("bench.spine.empty_door"), env=self._environment, stdout=subprocess.PIPE, stderr=self._log, text=True
        )
        assert self._process.stdout is not None
        address = self._process.stdout.readline().strip()
        with open_channel(address, Path(self._environment["NSCL_TLS_AUTHORITY_FILE"])) as channel:
            grpc.channel_ready_future(channel).result(timeout=20)
        return address

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        self._log.close()


def log_position(doors: Doors) -> int:
    """The head of registry's log, as its door says."""
    return doors.ask(AUDITOR, doors.registry.ListBodies, registry.ListBodiesRequest(page_size=1)).as_of_position


def lag(doors: Doors, requests: Sequence[registry.RecordOtherFundingRequest]) -> Figure:
    """From the answer to a command until reporting shows it, asked for by position."""
    lags_ms = []
    for number in range(LAG_SAMPLES):
        request = registry.RecordOtherFundingRequest()
        request.CopyFrom(requests[number % len(requests)])
        request.legal_basis = f"MAU-L{number}/QĐ"
        recorded = doors.ask(SCHEME_OFFICER, doors.registry.RecordOtherFunding, request, f"lag {number}").recorded
        began = time.perf_counter()
        heard = [Recorded(service=recorded.service, position=recorded.position)]
        asked = reporting.ListTrailRequest(page_size=1, subject_id=surrogate("nobody"), at_least=heard)
        doors.ask(AUDITOR, doors.reporting.ListTrail, asked)
        lags_ms.append((time.perf_counter() - began) * 1000)
    return Figure("commit to visible in reporting: p50 / p99", (percentile(lags_ms, 50), percentile(lags_ms, 99)), "ms")


def memory_mib(platform: Platform) -> dict[str, float]:
    """Proportional memory of each process and its children, in MiB."""
    sizes = {}
    for name in platform.supervisor.states():
        process = psutil.Process(platform.supervisor.pid(name))
        family = [process, *process.children(recursive=True)]
        sizes[name] = sum(member.memory_full_info().pss for member in family) / 2**20
    return sizes
