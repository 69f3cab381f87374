"""What other schemes pay: recorded in bulk, corrected and revoked."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, islice
from typing import TypeAlias
from uuid import UUID

from eventsourcing.persistence import IntegrityError

from services.registry.application.duplicates import Merging
from services.registry.application.identifiers import ENTERPRISES, claim_id
from services.registry.domain.duplicates import Duplicates
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.funding_import import FundingImport, ImportCounts, ImportSource
from services.registry.domain.identifier import Identifier, IdentifierKind
from services.registry.domain.other_funding import OtherFunding, RecordedFunding
from services.shared.event_store import Call, EventLog, Saved
from services.shared.record import Act
from services.shared.refusals import Missing, Refusal, Taken

BATCH_ROWS = 500
"""So many rows are read, decided and recorded together: one transaction, short enough to let other commands between."""

_MOST_ATTEMPTS = 8


class EnterpriseUnknown(Missing):
    """Funding is recorded of those who are registered."""

    sentence = "Chưa có cơ sở nào được đăng ký với mã số này."


class RowRepeated(Taken):
    """A list tells of each decision once."""

    sentence = "Dòng này trùng quyết định với dòng {number}."


class OtherFundingToldOtherwise(Taken):
    """A list does not correct what was recorded: a correction has its reason and its document."""

    sentence = "Quyết định này đã được ghi nhận với số tiền hoặc thời gian khác; xin dùng chức năng đính chính."


class RowStatus(StrEnum):
    """What became of a row; KNOWN was recorded before, to the letter."""

    RECORDED = "RECORDED"
    KNOWN = "KNOWN"
    REFUSED = "REFUSED"


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with one field of a row: a stable code and a sentence for people, neither with what was written."""

    field: str
    reason: str
    sentence: str

    @classmethod
    def of(cls, refusal: Refusal, field: str = "") -> RowProblem:
        return cls(getattr(refusal, "field", field), refusal.reason(), str(refusal))


@dataclass(frozen=True)
class FundingRow:
    """A row that could be read: whose number, and the funding."""

    number: int
    identifier_kind: IdentifierKind
    identifier_code: str
    funding: OtherFunding


@dataclass(frozen=True)
class WrongRow:
    """A row that could not be read."""

    number: int
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True)
class RowOutcome:
    """What became of the row of that number."""

    number: int
    status: RowStatus
    problems: tuple[RowProblem, ...] = ()


def counts_of(outcomes: Sequence[RowOutcome]) -> ImportCounts:
    """How many rows were recorded, known and refused."""
    counted = Counter(outcome.status for outcome in outcomes)
    return ImportCounts(counted[RowStatus.RECORDED], counted[RowStatus.KNOWN], counted[RowStatus.REFUSED])


@dataclass(frozen=True)
class Holder:
    """An enterprise that a row names: the record that was kept, and those that were merged into it."""

    record: Enterprise
    merged: tuple[Enterprise, ...]

    def known(self) -> Iterator[RecordedFunding]:
        """What is known of the enterprise, whichever record it stands with."""
        return chain.from_iterable(record.other_fundings for record in (self.record, *self.merged))


Holders: TypeAlias = Mapping[tuple[IdentifierKind, str], Holder]
"""Enterprises by the numbers by which rows name them."""


@dataclass(frozen=True)
class ImportOrder:
    """What is to be imported; ``content_digest`` as ``FundingImport`` keeps it. A dry run records nothing."""

    scheme: str
    source: ImportSource
    content_digest: str
    dry_run: bool


class Funding:
    """Other schemes' money in the registry. ``identifier_secret`` as ``Registry`` has it."""

    def __init__(self, log: EventLog, identifier_secret: bytes) -> None:
        self._log = log
        self._identifier_secret = identifier_secret
        self._merging = Merging(log)

    def correct_other_funding(
        self, call: Call, *, enterprise_id: UUID, other_funding_id: UUID, funding: OtherFunding, reason: str
    ) -> Saved[Enterprise]:
        enterprise = self._log.load(Enterprise, enterprise_id, etag=call.etag)
        enterprise.correct_other_funding(call.act, other_funding_id, funding, reason)
        return self._log.save_for(call, enterprise)

    def revoke_other_funding(
        self, call: Call, *, enterprise_id: UUID, other_funding_id: UUID, reason: str
    ) -> Saved[Enterprise]:
        enterprise = self._log.load(Enterprise, enterprise_id, etag=call.etag)
        enterprise.revoke_other_funding(call.act, other_funding_id, reason)
        return self._log.save_for(call, enterprise)

    def import_other_fundings(
        self, call: Call, order: ImportOrder, rows: Iterable[FundingRow | WrongRow]
    ) -> Iterator[Sequence[RowOutcome]]:
        """Take the rows in, batch by batch: the right ones are recorded, of the others it is told what is wrong.

        Whoever stops half-way leaves whole batches recorded; the next time these rows are known. ImportOfAnotherContent
        when the request id stands for another list. A dry run tells the same and records nothing.
        """
        act = call.act if order.dry_run else self._begin(call, order)
        first_of: dict[bytes, int] = {}
        for batch in _read_ahead(rows):
            yield self._take(act, [_first_time(row, first_of) for row in batch], dry_run=order.dry_run)

    def finish_import(self, call: Call, counts: ImportCounts) -> Saved[FundingImport]:
        """Record what became of the rows; a repeat is answered with what became of them the first time."""
        if earlier := self._log.saved_before(call):
            return earlier
        begun = self._log.load(FundingImport, FundingImport.id_for(call.request_id))
        begun.finish(call.act, counts)
        return self._log.save_for(call, begun)

    def get_funding_import(self, funding_import_id: UUID) -> FundingImport:
        return self._log.load(FundingImport, funding_import_id)

    def _begin(self, call: Call, order: ImportOrder) -> Act:
        """The act by which rows are recorded: the caller's, caused by the beginning of the import."""
        self._log.saved_before(call)  # RequestIdReused, before anything is recorded
        what = (order.scheme, order.source, order.content_digest)
        begun = self._log.find(FundingImport, FundingImport.id_for(call.request_id))
        if begun is None:
            begun = FundingImport.begin(call.act, *what)
            self._log.save_all([begun])
        begun.check_same(call.act, *what)
        return replace(call.act, cause=f"{self._log.name}:{self._log.positions_of(begun.id)[1]}")

    def _take(self, act: Act, batch: Sequence[FundingRow | WrongRow], *, dry_run: bool) -> Sequence[RowOutcome]:
        """Record a batch in one append; again, on what they left, when somebody changed one of its enterprises."""
        for attempt in range(1, _MOST_ATTEMPTS + 1):
            holders = self._holders([row for row in batch if isinstance(row, FundingRow)])
            outcomes = [_told(row, holders, act) for row in batch]
            changed = {holder.record.id: holder.record for holder in holders.values() if holder.record.pending_events}
            if dry_run or not changed:
                return outcomes
            try:
                self._log.save_all(list(changed.values()))
            except IntegrityError:
                if attempt == _MOST_ATTEMPTS:
                    raise
            else:
                return outcomes
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _holders(self, rows: Sequence[FundingRow]) -> Holders:
        """Those whom the rows name, as they stand now, by their numbers."""
        claims = {
            (row.identifier_kind, row.identifier_code): claim_id(
                self._identifier_secret, ENTERPRISES, row.identifier_kind, row.identifier_code
            )
            for row in rows
        }
        claimed = self._log.load_many(Identifier, list(claims.values()))
        records_of = self._records_of({claim.holder_id for claim in claimed.values()})
        enterprises = self._log.load_many(Enterprise, list(chain.from_iterable(records_of.values())))
        holders = {}
        for number, claim in claims.items():
            if claim in claimed:
                record, *merged = (enterprises[record_id] for record_id in records_of[claimed[claim].holder_id])
                holders[number] = Holder(record, tuple(merged))
        return holders

    def _records_of(self, enterprise_ids: set[UUID]) -> dict[UUID, tuple[UUID, ...]]:
        """The records of each enterprise, the kept one first; only few were ever merged, and those are looked for."""
        merged = self._log.load_many(Duplicates, list(map(Duplicates.create_id, enterprise_ids)))
        return {
            each: self._merging.records_of(each) if Duplicates.create_id(each) in merged else (each,)
            for each in enterprise_ids
        }


def _read_ahead(rows: Iterable[FundingRow | WrongRow]) -> Iterator[Sequence[FundingRow | WrongRow]]:
    """Rows batch by batch; the next one is read while the database is busy with this one."""
    coming = iter(rows)
    with ThreadPoolExecutor(max_workers=1) as reader:
        next_batch = reader.submit(lambda: list(islice(coming, BATCH_ROWS)))
        while batch := next_batch.result():
            next_batch = reader.submit(lambda: list(islice(coming, BATCH_ROWS)))
            yield batch


def _first_time(row: FundingRow | WrongRow, first_of: dict[bytes, int]) -> FundingRow | WrongRow:
    """The row, unless one before it in the list tells of the same decision about the same number and units."""
    if isinstance(row, WrongRow):
        return row
    told = row.funding
    decision = (row.identifier_code, told.content_code, told.legal_basis, str(told.decided_on), *sorted(told.unit_keys))
    first = first_of.setdefault(hashlib.blake2b("\n".join(decision).encode(), digest_size=16).digest(), row.number)
    return row if first == row.number else WrongRow(row.number, (RowProblem.of(RowRepeated(number=first)),))


def _told(row: FundingRow | WrongRow, holders: Holders, act: Act) -> RowOutcome:
    """Tell the enterprise of a row, and what became of that."""
    if isinstance(row, WrongRow):
        return RowOutcome(row.number, RowStatus.REFUSED, row.problems)
    try:
        holder = holders.get((row.identifier_kind, row.identifier_code))
        if holder is None:
            return RowOutcome(row.number, RowStatus.REFUSED, (RowProblem.of(EnterpriseUnknown(), "tax_code"),))
        known = next((known for known in holder.known() if known.tells_of(row.funding)), None)
        if known is None or known.revoked:
            holder.record.record_other_funding(act, row.funding, elsewhere=[known] if known else ())
            return RowOutcome(row.number, RowStatus.RECORDED)
        if not known.was_told_as(row.funding):
            raise OtherFundingToldOtherwise()
    except Refusal as refusal:
        return RowOutcome(row.number, RowStatus.REFUSED, (RowProblem.of(refusal),))
    return RowOutcome(row.number, RowStatus.KNOWN)
