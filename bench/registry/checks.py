"""How long it takes to tell a decision what other schemes already pay: among very many enterprises and fundings.

The log is filled behind the append's back with one enterprise's life under many ids, as the domain makes it: what is
measured is finding, reading and folding it. Some are tied in pairs, through the log's own append.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from hashlib import md5
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from nscl.registry.v1 import registry_service_pb2 as messages
from nscl.registry.v1.registry_service_pb2_grpc import RegistryServiceStub

from bench.event_log.server import ask
from bench.figures import Figure, percentile
from bench.registry.imports import ACT, registered, tax_codes
from bench.registry.registry import Door, Registry
from services.registry.domain.affiliation import Affiliation, Link, LinkKind
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.other_funding import OtherFunding
from services.shared.event_store import EventLog
from services.shared.wire import date_message

FUNDINGS_EACH = 3
PAIRS = 10_000
CHECKS = 2_000
MOST_MS = 20.0
DAY = date(2024, 7, 1)
CONTENT = "SYS-ISO9001"
_PAIRS_AT_A_TIME = 250
_FILL = """
INSERT INTO registry_events (position, originator_id, originator_version, topic, state)
SELECT (version - 1) * %(enterprises)s + n, md5(n::text)::uuid, version, topic, state
FROM unnest(%(topics)s::text[], %(states)s::bytea[]) WITH ORDINALITY AS life (topic, state, version),
    generate_series(1, %(enterprises)s) AS n
"""


def check_figures(registry: Registry, enterprises: int) -> list[Figure]:
    """Fill the log, and ask the door for the eligibility of one enterprise after another."""
    with closing(EventLog("registry", registry.environment())) as log:
        life = fill(registry, log, enterprises)
        tie(log, enterprises)
        check_filled(log, life, enterprises)
    with registry.door() as door:
        asked = _milliseconds(door, chosen(enterprises))
        taken = list(islice(asked, CHECKS // 10, None))  # the first warm the door up
    fundings = enterprises * FUNDINGS_EACH
    name = f"double-funding check, {enterprises:,} enterprises, {fundings:,} fundings (p50, p99)"
    p99 = percentile(taken, 99)
    return [
        Figure(name, (percentile(taken, 50), p99), "ms"),
        Figure("the same p99, against what is expected", p99, "ms", "expected", MOST_MS, at_most=1.0),
    ]


def fill(registry: Registry, log: EventLog, enterprises: int) -> Enterprise:
    """Put the life of one enterprise into the empty log under many ids; its indexes are built at the end."""

    def told(statement: str, **parameters: object) -> Any:
        return ask(registry.server, registry.database, statement, **parameters)

    life = registered(next(tax_codes()))
    for year in range(FUNDINGS_EACH):
        life.record_other_funding(ACT, _funding(date(2021 + year, 3, 1)))
    stored = [log.mapper.to_stored_event(event) for event in life.pending_events]
    dropped, added = told(
        "SELECT string_agg('DROP CONSTRAINT ' || conname, ', '),"
        " string_agg('ADD CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid), ', ')"
        " FROM pg_constraint WHERE conrelid = 'registry_events'::regclass AND contype IN ('p', 'u')"
    )
    told(f"ALTER TABLE registry_events {dropped}")
    topics, states = [event.topic for event in stored], [event.state for event in stored]
    told(_FILL, topics=topics, states=states, enterprises=enterprises)
    told(f"SET maintenance_work_mem = '1GB'; ALTER TABLE registry_events {added}")
    told("UPDATE registry_position SET last = %(last)s", last=enterprises * len(stored))
    told("VACUUM ANALYZE registry_events")
    return life


def _funding(decided_on: date) -> OtherFunding:
    return OtherFunding(
        scheme="Khuyến công",
        grantor="Sở Công Thương",
        content_code=CONTENT,
        amount_vnd=60_000_000,
        decided_on=decided_on,
        period_from=decided_on,
        period_to=date(decided_on.year, 12, 31),
        legal_basis=f"{decided_on.year}/QĐ-SCT",
    )


def tie(log: EventLog, enterprises: int) -> None:
    """Let some enterprises hold others, two by two: those make one undertaking."""
    pairs = iter([(enterprise_id(2 * n + 1), enterprise_id(2 * n + 2)) for n in range(min(PAIRS, enterprises // 2))])
    while some := list(islice(pairs, _PAIRS_AT_A_TIME)):
        tied = []
        for parent, daughter in some:
            link = Link(uuid4(), LinkKind.PARENT, parent, daughter, 6_000, "8/GCN", date(2022, 1, 1), None)
            for party in (parent, daughter):
                affiliation = Affiliation.open(ACT, party)
                affiliation.link(ACT, link)
                tied.append(affiliation)
        log.save_all(tied)


def enterprise_id(number: int) -> UUID:
    """The id of the enterprise of a number, as the log was filled."""
    return UUID(md5(str(number).encode(), usedforsecurity=False).hexdigest())


def check_filled(log: EventLog, life: Enterprise, enterprises: int) -> None:
    """Raise unless what is read again is what the domain made."""
    made = log.load(Enterprise, enterprise_id(random.Random(134).randint(1, enterprises)))
    if (made.particulars, made.other_fundings) != (life.particulars, life.other_fundings):
        raise SystemExit(f"the log was filled with something else: {made}")


def chosen(enterprises: int) -> Iterator[UUID]:
    """Enterprises at random, the same ones in each run; each tenth is one of a pair."""
    random_number = random.Random(2021)
    for number in range(CHECKS):
        most = enterprises if number % 10 else min(2 * PAIRS, enterprises)
        yield enterprise_id(random_number.randint(1, most))


def _milliseconds(door: Door, enterprise_ids: Iterator[UUID]) -> Iterator[float]:
    stub = RegistryServiceStub(door.channel)
    metadata = (("authorization", f"Bearer {door.issuer.issue(capacity='auditor', body='KTNN')}"),)
    for each in enterprise_ids:
        request = messages.GetEligibilityRequest(
            enterprise_id=str(each), content_code=CONTENT, on_date=date_message(DAY)
        )
        began = time.perf_counter()
        answer = stub.GetEligibility(request, timeout=30, metadata=metadata)
        yield (time.perf_counter() - began) * 1000
        if len(answer.eligibility.undertaking_fundings) % FUNDINGS_EACH:
            raise SystemExit(f"not what was recorded: {answer}")
