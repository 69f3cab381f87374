"""Drives one method of a door from outside: many calls in flight, a fresh request id each, every status checked.

Runs as a process of its own. Reads a JSON job on standard input and prints its measurements as JSON:
``{"calls": n, "seconds": s, "latencies_ms": [...], "failures": {"CODE": n}}``.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
from nscl.registry.v1 import registry_service_pb2 as pb

METHOD = "/nscl.registry.v1.RegistryService/RecordOtherFunding"


@dataclass
class Measured:
    """What the calls of one driver came to."""

    latencies_ms: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)


async def drive(job: dict[str, Any]) -> dict[str, Any]:
    """Call for ``seconds`` with ``in_flight`` calls open, or at ``rate`` calls per second where one is given."""
    requests = [pb.RecordOtherFundingRequest.FromString(bytes.fromhex(request)) for request in job["requests"]]
    measured = Measured()
    decisions = count(random.randrange(10**14))
    credentials = grpc.ssl_channel_credentials(Path(job["authority"]).read_bytes())
    async with grpc.aio.secure_channel(job["address"], credentials) as channel:
        call: Any = channel.unary_unary(METHOD)  # bytes out, bytes in: the driver's own cost stays small
        metadata = (("authorization", f"Bearer {job['token']}"),)
        end = time.perf_counter() + job["seconds"]

        async def one(request: pb.RecordOtherFundingRequest) -> None:
            request.request_id = str(uuid.uuid4())
            request.legal_basis = f"MAU-{next(decisions)}/QĐ"  # the registry knows the same decision again
            began = time.perf_counter()
            try:
                await call(request.SerializeToString(), metadata=metadata, timeout=10)
            except grpc.aio.AioRpcError as error:
                measured.failures[error.code().name] += 1
            else:
                measured.latencies_ms.append((time.perf_counter() - began) * 1000)

        async def keep_calling(first: int) -> None:
            number = first
            while time.perf_counter() < end:
                await one(requests[number % len(requests)])
                number += job["in_flight"]

        async def keep_pace() -> None:
            began, number, open_calls = time.perf_counter(), 0, set()
            while time.perf_counter() < end:
                await asyncio.sleep(max(0.0, began + number / job["rate"] - time.perf_counter()))
                task = asyncio.create_task(one(requests[number % len(requests)]))
                open_calls.add(task)
                task.add_done_callback(open_calls.discard)
                number += 1
            await asyncio.gather(*open_calls)

        began = time.perf_counter()
        if job.get("rate"):
            await keep_pace()
        else:
            await asyncio.gather(*(keep_calling(number) for number in range(job["in_flight"])))
        seconds = time.perf_counter() - began
    calls = len(measured.latencies_ms)
    return {"calls": calls, "seconds": seconds, "latencies_ms": measured.latencies_ms, "failures": measured.failures}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(drive(json.load(sys.stdin)))))
