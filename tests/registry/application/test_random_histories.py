"""Random people link, merge, split, end and flag enterprises; whatever comes of it, judged from the events alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest

from services.registry.application.affiliations import Affiliations, LinkTerms
from services.registry.application.duplicates import Merging
from services.registry.application.registry import Registry
from services.registry.application.stop_flags import StopFlags
from services.registry.application.successions import Successions
from services.registry.application.undertakings import Undertakings
from services.registry.domain.affiliation import Affiliation, Link, LinkKind
from services.registry.domain.duplicates import Duplicates, Merge
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.succession import SuccessionKind
from services.shared.event_store import Call, EventLog, RecordedEvent
from services.shared.personal_data import SubjectKeys
from services.shared.refusals import Refusal
from tests.registry.application.test_registry import call
from tests.registry.conftest import IDENTIFIER_SECRET
from tests.registry.examples import PREDECESSORS, UNITS, UNITS_DOCUMENT, UNITS_VALID_FROM, cooperative_group
from tests.soak import Soak

pytestmark = pytest.mark.soak

STEPS = 20_000
ENTERPRISES = 14
FIRST_DAY, DAYS = date(2023, 1, 1), 540
TIES = (LinkKind.PARENT, LinkKind.CONTRACTUAL_CONTROL, LinkKind.COMMON_OWNER)


class Walk:
    """Takes random steps and counts which were taken."""

    def __init__(self, log: EventLog, registry: Registry, subject_keys: SubjectKeys, chance: Random) -> None:
        self.chance = chance
        self.affiliations = Affiliations(log, subject_keys, IDENTIFIER_SECRET)
        self.merging = Merging(log)
        self.successions = Successions(log, registry, self.affiliations, subject_keys)
        self.stop_flags = StopFlags(log)
        self.undertakings = Undertakings(log)
        self.people = [uuid4() for _ in range(3)]
        self.taken: Counter[str] = Counter()
        self.enterprise_ids = [
            registry.register_enterprise(call(), cooperative_group()).record.id for _ in range(ENTERPRISES)
        ]
        self.links: list[tuple[UUID, UUID]] = []
        self.flags: list[tuple[UUID, UUID]] = []

    def step(self) -> None:
        """One act of somebody; a refusal is as good."""
        acts: tuple[Callable[[], object], ...] = (
            *(self.link, self.link, self.end_link, self.succeed, self.dissolve),
            *(self.propose, self.propose, self.merge, self.merge, self.merge, self.separate, self.flag, self.lift),
        )
        act = self.chance.choice(acts)
        try:
            act()
            self.taken[act.__name__] += 1
        except Refusal:
            pass

    def day(self) -> date:
        return FIRST_DAY + timedelta(days=self.chance.randrange(DAYS))

    def call(self) -> Call:
        return call(person_id=self.chance.choice(self.people), document="8/GCN-ĐKKD", effective_on=self.day())

    def two(self) -> list[UUID]:
        return self.chance.sample(self.enterprise_ids, 2)

    def link(self) -> None:
        one, other = self.two()
        kind = self.chance.choice(TIES)
        terms = LinkTerms(kind, 6_000 if kind.has_share else None, self.day(), None)
        self.affiliations.link_enterprises(self.call(), from_enterprise_id=one, enterprise_id=other, terms=terms)
        known = self.affiliations.get_affiliation(one)
        assert known is not None
        self.links.append((one, known.links[-1].link_id))

    def end_link(self) -> None:
        party_id, link_id = self.chance.choice(self.links or [(uuid4(), uuid4())])
        self.affiliations.end_link(self.call(), enterprise_id=party_id, link_id=link_id, last_day=self.day())

    def succeed(self) -> None:
        """Rarely, or nobody would be left."""
        one, *others = self.chance.sample(self.enterprise_ids, 3)
        kind = self.chance.choice((SuccessionKind.SEPARATION, SuccessionKind.SEPARATION, SuccessionKind.DIVISION))
        if kind is SuccessionKind.SEPARATION or self.chance.random() < 0.05:
            self.successions.record_succession(self.call(), enterprise_id=one, kind=kind, successor_ids=tuple(others))

    def dissolve(self) -> None:
        if self.chance.random() < 0.05:
            self.successions.dissolve_enterprise(self.call(), enterprise_id=self.two()[0])

    def propose(self) -> None:
        one, other = self.two()
        self.merging.propose_merge(self.call(), enterprise_id=one, kept_enterprise_id=other, reason="Trùng tên")

    def merge(self) -> None:
        one = self.chance.choice(self.enterprise_ids)
        known = self.merging.get_duplicates(one)
        kept_id = known.proposal.kept_id if known and known.proposal else self.two()[1]
        self.merging.merge_enterprises(self.call(), enterprise_id=one, kept_enterprise_id=kept_id)

    def separate(self) -> None:
        self.merging.separate_enterprises(self.call(), enterprise_id=self.two()[0], reason="Gộp nhầm")

    def flag(self) -> None:
        flagged = self.stop_flags.raise_stop_flag(self.call(), enterprise_id=self.two()[0], reason="Nợ thuế").record
        self.flags.append((flagged.id, flagged.stop_flags[-1].stop_flag_id))

    def lift(self) -> None:
        enterprise_id, flag_id = self.chance.choice(self.flags or [(self.two()[0], uuid4())])
        self.stop_flags.lift_stop_flag(self.call(), enterprise_id=enterprise_id, stop_flag_id=flag_id, reason="Đã nộp")


@pytest.fixture(scope="module")
def walk(log: EventLog, registry: Registry, subject_keys: SubjectKeys, soak: Soak) -> Walk:
    """A walk to its end."""
    registry.publish_units(
        call(document=UNITS_DOCUMENT, effective_on=UNITS_VALID_FROM),
        province_code="92",
        valid_from=UNITS_VALID_FROM,
        units=UNITS,
        predecessors=PREDECESSORS,
    )
    walk = Walk(log, registry, subject_keys, soak.random("registry"))
    for _ in range(soak.count(STEPS, 0.02)):
        walk.step()
    return walk


@pytest.fixture(scope="module")
def history(walk: Walk, log: EventLog) -> Sequence[RecordedEvent]:  # noqa: ARG001 - what it left behind
    history: list[RecordedEvent] = []
    while page := log.recorded_events(history[-1].position if history else 0, 1_000):
        history += page
    return history


def test_the_walk_comes_far(walk: Walk) -> None:
    assert {"link", "end_link", "succeed", "propose", "merge", "separate", "flag", "lift"} <= walk.taken.keys()


def ties(history: Sequence[RecordedEvent]) -> tuple[dict[UUID, Link], set[Merge]]:
    """The links and merges that the events leave standing."""
    links: dict[UUID, Link] = {}
    merges: set[Merge] = set()
    for recorded in history:
        match recorded.event:
            case Affiliation.Linked(link=link) | Affiliation.LinkEnded(link=link):
                links[link.link_id] = link
            case Duplicates.Merged(merge=merge):
                merges.add(merge)
            case Duplicates.Separated(merge=merge):
                merges.discard(merge)
    return links, merges


def test_an_undertaking_is_what_links_and_merges_tie_and_the_same_asked_from_each_member(
    walk: Walk, history: Sequence[RecordedEvent]
) -> None:
    links, merges = ties(history)
    pairs = [(merge.merged_id, merge.kept_id) for merge in merges]
    for day in (FIRST_DAY + timedelta(days=days) for days in range(0, DAYS, 90)):
        tied = {enterprise_id: {enterprise_id} for enterprise_id in walk.enterprise_ids}
        for one, other in (*pairs, *((link.from_id, link.to_id) for link in links.values() if link.holds_on(day))):
            together = tied[one] | tied[other]
            tied |= dict.fromkeys(together, together)
        for enterprise_id in walk.enterprise_ids:
            members = walk.undertakings.get_undertaking(enterprise_id, day).members
            assert {member.enterprise_id for member in members} == tied[enterprise_id], (enterprise_id, day)


def test_merges_make_trees_and_both_records_keep_the_same_of_them(history: Sequence[RecordedEvent]) -> None:
    merged: set[UUID] = set()
    told: Counter[Merge] = Counter()
    for recorded in history:
        match recorded.event:
            case Duplicates.Merged(merge=merge):
                told[merge] += 1
                if told[merge] == 1:
                    assert not {merge.merged_id, merge.kept_id} & merged
                merged.add(merge.merged_id)
            case Duplicates.Separated(merge=merge):
                merged.discard(merge.merged_id)
                assert told.pop(merge, 2) == 2  # the same two may be merged again, and are told of separation twice
    assert set(told.values()) == {2}


def test_who_proposed_does_not_merge_and_who_flagged_does_not_lift(history: Sequence[RecordedEvent]) -> None:
    did: dict[UUID, UUID] = {}
    for recorded in history:
        event = recorded.event
        if isinstance(event, Duplicates.MergeProposed):
            did[event.originator_id] = event.act.person_id
        elif isinstance(event, Duplicates.Merged) and event.originator_id == Duplicates.create_id(
            event.merge.merged_id
        ):
            assert did[event.originator_id] != event.act.person_id
        elif isinstance(event, Enterprise.StopFlagRaised):
            did[event.stop_flag_id] = event.act.person_id
        elif isinstance(event, Enterprise.StopFlagLifted):
            assert did[event.stop_flag_id] != event.act.person_id
