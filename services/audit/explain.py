"""The whole story of a decision, found in held logs: from budget line and call to payment and recovery.

The story of a support task is what reporting's trail makes it: the events that concern it, and the own events of every
record that these name, except those that concern another task. Logs are read three times, and of each event no more is
kept than its story needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from services.audit.archive import HeldLog, Missing
from services.audit.events import StoredEvent
from services.audit.export import service_of
from services.audit.history import event_of
from services.shared.personal_data import ERASED, Sealed
from services.shared.record import Act, Record
from services.shared.transparency_log.entries import entry_of
from services.shared.transparency_log.errors import Malformed
from services.shared.transparency_log.policy import Policy
from services.shared.transparency_log.proofs import LogProof
from services.shared.transparency_log.tiles import TILE_WIDTH
from services.shared.transparency_log.tree import inclusion_proof, leaf_hash
from services.support.domain.claim_code import claim_code
from services.training.domain.course import Course
from services.training.domain.expert import Expert

SEALED = "[sealed]"
"""What stands for a person's words, which only the service's key opens; ``[erased]`` once that was destroyed."""

_ID = re.compile(rb'"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"')
_BESIDE = frozenset({"act", "timestamp", "originator_id", "originator_version", "originator_topic"})
_DECISIONS = frozenset({"support:Task.Approved", "support:Task.Declined"})
_OTHER_FUNDING = re.compile(r"registry:Enterprise\.OtherFunding|support:(?:Claim|OverlapDecision|Case)\.")
_RULES = re.compile(r"support:\w*(?:Rules|Norms|Regulation|Catalogue|Calendar)\.")
_ERASURE = re.compile(r"\w+:DataSubject\.Erased")
_VOTES = re.compile(r"support:Council\.(?:ScoreCast|Concluded)")


class DecisionUnknown(Missing):
    """No task, or more than one, is meant."""


class _Frame(msgspec.Struct):
    """Of a stored state, its act: untouched, to be left out, and the document that it rests on."""

    act: msgspec.Raw


class _Basis(msgspec.Struct):
    document: str | None = None


_FRAME = msgspec.json.Decoder(_Frame)
_BASIS = msgspec.json.Decoder(_Basis)


class _Erasure(msgspec.Struct):
    subject_id: UUID


_ERASED = msgspec.json.Decoder(_Erasure)


class Mention(NamedTuple):
    """A stored event, and the ids of the records that it is about: its own, and those that its content names."""

    service: str
    stored: StoredEvent
    about: frozenset[str]
    document: str | None

    @property
    def is_of_task(self) -> bool:
        return self.stored.topic.startswith("support:Task.")


@dataclass(frozen=True)
class Told:
    """One event of a story, with its proof."""

    service: str
    position: int
    topic: str
    event: Record.Event
    entry: bytes
    proof: LogProof
    is_erased: bool
    """Whether the person whom it is about was erased, then or later."""

    @property
    def event_id(self) -> str:
        """The event's name everywhere, as ``<service>:<position>``."""
        return f"{self.service}:{self.position}"

    @property
    def act(self) -> Act:
        return self.event.act

    @property
    def leaf(self) -> str:
        """The hash of its leaf in the log's tree, in hexadecimal digits."""
        return leaf_hash(self.entry).hex()

    @cached_property
    def content(self) -> dict[str, Any]:
        """What was recorded, as plain values: inputs, verdicts, amounts; personal words stay sealed."""
        facts = sorted(vars(self.event).items())
        personal = ERASED if self.is_erased else SEALED
        return {name: _plain(value, personal) for name, value in facts if name not in _BESIDE}


@dataclass(frozen=True)
class Story:
    """All that led to a decision and followed from it, in the order in which it was recorded."""

    subject_id: str
    events: Sequence[Told]

    @cached_property
    def decision(self) -> Told | None:
        """The decision; None when it has not been taken."""
        return next((told for told in self.events if told.topic in _DECISIONS), None)

    @property
    def before(self) -> Sequence[Told]:
        """What was recorded before the decision; everything where there is none."""
        return self.events if self.decision is None else self.events[: self.events.index(self.decision)]

    @property
    def after(self) -> Sequence[Told]:
        """What was recorded after the decision."""
        return () if self.decision is None else self.events[self.events.index(self.decision) + 1 :]

    @property
    def rules(self) -> Sequence[Told]:
        """The versions of rules and norms that the decision rests on."""
        return [told for told in self.events if _RULES.match(told.topic)]

    @property
    def votes(self) -> Sequence[Told]:
        """The votes of the council, and what they came to."""
        return [told for told in self.events if _VOTES.match(told.topic)]

    @property
    def known_funding(self) -> Sequence[Told]:
        """What was known of other funding when the decision was taken."""
        return [told for told in self.before if _OTHER_FUNDING.match(told.topic)]

    @property
    def later_funding(self) -> Sequence[Told]:
        """What came to light of other funding afterwards, and the cases that it opened."""
        return [told for told in self.after if _OTHER_FUNDING.match(told.topic)]


@dataclass(frozen=True)
class Explanation:
    """The search for one story in held logs; ``positions`` says which events are held when they are not all."""

    logs: Sequence[HeldLog]
    policy: Policy
    positions: Mapping[str, Sequence[int]] | None = None
    went_on: Callable[[int], None] = lambda _: None

    def story(self, decision: str) -> Story:
        """The story of a decision: by its document's number, a claim's code, or the id of a record.

        Raises DecisionUnknown, Missing or Malformed, and ProofInvalid or Unsigned when an event is not in its log.
        """
        subject, tasks = self._subject(decision)
        others = tasks - {subject}
        named = self._named(subject)
        by_service = {service_of(log.origin): log for log in self.logs}
        found: list[Mention] = []
        erased: set[tuple[str, UUID]] = set()
        for mention in self._mentions():
            if subject in mention.about or (
                subject in tasks and mention.stored.stream in named and not mention.about & others
            ):
                found.append(mention)
            if _ERASURE.fullmatch(mention.stored.topic):
                person_id = _ERASED.decode(mention.stored.state).subject_id
                erased |= {(mention.service, person_id), (mention.service, Expert.create_id(person_id))}
        told = [self._told(by_service[mention.service], mention, erased) for mention in found]
        return Story(subject, sorted(told, key=lambda each: (each.act.recorded_at, each.service, each.position)))

    def _subject(self, decision: str) -> tuple[str, frozenset[str]]:
        """The record whose story it is, the one task where one is meant, and the ids of all tasks."""
        tasks, meant, records = set(), set(), set()
        for mention in self._mentions():
            stream = mention.stored.stream
            if mention.is_of_task:
                tasks.add(stream)
                if mention.document == decision:
                    meant.add(stream)
            if mention.stored.version == 1 and decision in (stream, _code_of(mention)):
                records.add(stream)
                meant |= mention.about
        found = (meant & tasks) or records
        if len(found) != 1:
            said = f"more than one task: {', '.join(sorted(found))}" if found else "nothing that is held"
            raise DecisionUnknown(f"{decision} names {said}")
        return found.pop(), frozenset(tasks)

    def _named(self, subject: str) -> set[str]:
        """The records named by the events that concern a record."""
        concerning = (mention.about for mention in self._mentions() if subject in mention.about)
        return set().union(*concerning)

    def _mentions(self) -> Iterator[Mention]:
        for log in self.logs:
            service = service_of(log.origin)
            for index in self._pages(log):
                for stored in log.events(index):
                    yield _mention(service, stored)
                self.went_on(log.width(None, index))

    def _pages(self, log: HeldLog) -> Sequence[int]:
        """The pages of events that are held of a log."""
        if self.positions is None:
            return range(-(-log.checkpoint.size // TILE_WIDTH))
        return sorted({(position - 1) // TILE_WIDTH for position in self.positions.get(log.origin, ())})

    def _told(self, log: HeldLog, mention: Mention, erased: Set[tuple[str, UUID]]) -> Told:
        stored, size = mention.stored, log.checkpoint.size
        entry = entry_of(stored.position, stored.stream, stored.version, stored.topic, stored.state)
        proof = LogProof(stored.position - 1, inclusion_proof(stored.position - 1, size, log.read_tile), log.note)
        proof.check(entry, log.origin, self.policy.keys_of(log.origin))
        event = event_of(stored)
        is_erased = any((mention.service, each) in erased for each in _persons_of(event))
        return Told(mention.service, stored.position, stored.topic, event, entry, proof, is_erased)


def _mention(service: str, stored: StoredEvent) -> Mention:
    """Raises Malformed."""
    try:
        act = bytes(_FRAME.decode(stored.state).act)
        document = _BASIS.decode(act).document
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Malformed(f"the event at position {stored.position} of {service} cannot be read: {error}") from error
    named = {found.decode() for found in _ID.findall(stored.state.replace(act, b""))}
    return Mention(service, stored, frozenset({stored.stream, *named}), document)


def _code_of(mention: Mention) -> str | None:
    """The code of a participation's claims, None for what is no participation."""
    is_participation = mention.stored.topic.startswith("support:Participation.")
    return claim_code(UUID(mention.stored.stream)) if is_participation else None


def _persons_of(event: Record.Event) -> Iterator[UUID]:
    """The ids by which the person goes whose words an event may hold."""
    yield event.originator_id
    if isinstance(event, Course.AttendanceRecorded):
        yield event.attendee_id


def _plain(value: Any, personal: str) -> Any:
    """A recorded value as what JSON has; ``personal`` instead of what is sealed."""
    if isinstance(value, Sealed):
        return personal
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name), personal) for field in fields(value)}
    if isinstance(value, tuple | list | frozenset):
        return [_plain(each, personal) for each in value]
    return msgspec.to_builtins(value)
