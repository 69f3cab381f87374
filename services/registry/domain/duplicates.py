"""Records that turn out to be of one and the same enterprise: merged by two persons, and separated where it was wrong.

Nothing moves from one stream to another. Each of both enterprises keeps the same ``Merge``, and whoever asks about one
of them is answered for all: ``one_enterprise`` tells which they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from services.shared.record import Act, Record, document_of, must_be_another_than, recorded_by
from services.shared.refusals import Invalid, Refusal


class MergeWithItself(Invalid):
    """Two records are merged."""

    sentence = "Không thể gộp hồ sơ của một cơ sở với chính hồ sơ đó."


class RecordMergedAway(Refusal):
    """What was merged into another is reached through that one: nothing else is merged with it, or it with another."""

    sentence = "Hồ sơ cơ sở {enterprise_id} đã được gộp vào hồ sơ {kept_id}; xin dùng hồ sơ được giữ lại."


class MergeNotProposed(Refusal):
    """A merge is proposed by one person and made by another."""

    sentence = "Chưa có đề nghị gộp hồ sơ này vào hồ sơ {kept_id}."


class NotMergedAway(Refusal):
    """Only what was merged is separated."""

    sentence = "Hồ sơ cơ sở này không được gộp vào hồ sơ nào."


@dataclass(frozen=True)
class MergeProposal:
    """Somebody's word that a record is one too many."""

    kept_id: UUID
    reason: str
    proposed_by: UUID


@dataclass(frozen=True)
class Merge:
    """The record ``merged_id`` is, by a document, of the same enterprise as ``kept_id``, under which it answers.

    It counts on every day, not only from ``merged_on``: there was one enterprise all the time.
    """

    merged_id: UUID
    kept_id: UUID
    reason: str
    document: str
    merged_on: date
    merged_by: UUID

    def other_than(self, enterprise_id: UUID) -> UUID:
        """The other of both."""
        return self.kept_id if enterprise_id == self.merged_id else self.merged_id


class Duplicates(Record):
    """What records are those of the same enterprise as one record; the other side of each merge keeps the same."""

    TOPIC = "registry:Duplicates"

    class Event(Record.Event):
        """Something that happened to a record's duplicates (sự kiện)."""

    class Opened(Event, Record.Created):
        """Duplicates of a record began to be kept (theo dõi hồ sơ trùng)."""

        TOPIC = "registry:Duplicates.Opened"
        enterprise_id: UUID

        def sentence(self) -> str:
            return "Bắt đầu theo dõi hồ sơ trùng của một cơ sở."

    class NumberShared(Event):
        """A record was registered under the number that another has under another kind (nghi trùng hồ sơ)."""

        TOPIC = "registry:Duplicates.NumberShared"
        enterprise_id: UUID
        other_id: UUID

        def sentence(self) -> str:
            return "Nghi trùng hồ sơ: mã định danh của cơ sở trùng với mã định danh loại khác của một cơ sở đã đăng ký."

    class MergeProposed(Event):
        """Somebody proposed to merge a record into another (đề nghị gộp hồ sơ trùng)."""

        TOPIC = "registry:Duplicates.MergeProposed"
        proposal: MergeProposal

        def sentence(self) -> str:
            return f"Đề nghị gộp hồ sơ trùng của cơ sở, lý do: {self.proposal.reason}."

    class Merged(Event):
        """Two records were merged (gộp hồ sơ trùng)."""

        TOPIC = "registry:Duplicates.Merged"
        merge: Merge

        def sentence(self) -> str:
            return f"Gộp hồ sơ trùng của một cơ sở theo {self.merge.document}, lý do: {self.merge.reason}."

    class Separated(Event):
        """A merge that was wrong was taken back (tách hồ sơ đã gộp nhầm)."""

        TOPIC = "registry:Duplicates.Separated"
        merge: Merge
        reason: str

        def sentence(self) -> str:
            return f"Tách hồ sơ đã gộp nhầm theo {self.act.document}, lý do: {self.reason}."

    Created = Opened

    @recorded_by(Opened)
    def __init__(self, act: Act, enterprise_id: UUID) -> None:
        self.enterprise_id = enterprise_id
        self.proposal: MergeProposal | None = None
        self.merges: tuple[Merge, ...] = ()

    @staticmethod
    def create_id(enterprise_id: UUID) -> UUID:
        """The id under which a record's duplicates are found again."""
        return uuid5(enterprise_id, "duplicates")

    @classmethod
    def open(cls, act: Act, enterprise_id: UUID) -> Duplicates:
        """Begin to keep the duplicates of an enterprise's record."""
        return cls(act=act, enterprise_id=enterprise_id)

    @property
    def kept_id(self) -> UUID | None:
        """The enterprise under which this one answers; None where it answers for itself."""
        return next((merge.kept_id for merge in self.merges if merge.merged_id == self.enterprise_id), None)

    @property
    def merged_ids(self) -> tuple[UUID, ...]:
        """The enterprises merged into this one, those merged into them left aside."""
        return tuple(merge.merged_id for merge in self.merges if merge.kept_id == self.enterprise_id)

    def must_stand_alone(self) -> None:
        """Raises RecordMergedAway when the record was merged into another."""
        if self.kept_id is not None:
            raise RecordMergedAway(enterprise_id=self.enterprise_id, kept_id=self.kept_id)

    def suspect(self, act: Act, other_id: UUID) -> None:
        """Record that another enterprise has the same number under another kind; whether they are one people say."""
        self._number_shared(act=act, enterprise_id=self.enterprise_id, other_id=other_id)

    @recorded_by(NumberShared)
    def _number_shared(self, act: Act, enterprise_id: UUID, other_id: UUID) -> None:
        """What looks like one is told by a view."""

    def propose_merge(self, act: Act, kept: Duplicates, reason: str) -> None:
        """Propose to merge this record into ``kept``; a later proposal takes the place of an earlier one."""
        self._check_may_merge(kept)
        self._merge_proposed(act=act, proposal=MergeProposal(kept.enterprise_id, reason, act.person_id))

    @recorded_by(MergeProposed)
    def _merge_proposed(self, act: Act, proposal: MergeProposal) -> None:
        self.proposal = proposal

    def merge_into(self, act: Act, kept: Duplicates) -> None:
        """Merge as proposed, by the act's document; refuses whoever proposed it.

        Both must stand alone, so that merges make a tree however many there are: no circle can come of it.
        """
        document = document_of(act)
        self._check_may_merge(kept)
        if self.proposal is None or self.proposal.kept_id != kept.enterprise_id:
            raise MergeNotProposed(kept_id=kept.enterprise_id)
        must_be_another_than(act, self.proposal.proposed_by)
        merge = Merge(
            merged_id=self.enterprise_id,
            kept_id=kept.enterprise_id,
            reason=self.proposal.reason,
            document=document,
            merged_on=act.effective_on,
            merged_by=act.person_id,
        )
        self._merged(act=act, merge=merge)
        kept._merged(act=act, merge=merge)

    @recorded_by(Merged)
    def _merged(self, act: Act, merge: Merge) -> None:
        if merge.merged_id == self.enterprise_id:
            self.proposal = None
        self.merges = (*self.merges, merge)

    def separate_from(self, act: Act, kept: Duplicates, reason: str) -> None:
        """Take the merge into ``kept`` back, by the act's document; refuses whoever merged."""
        document_of(act)
        merge = next((merge for merge in self.merges if merge in kept.merges), None)
        if merge is None or merge.merged_id != self.enterprise_id:
            raise NotMergedAway()
        must_be_another_than(act, merge.merged_by)
        self._separated(act=act, merge=merge, reason=reason)
        kept._separated(act=act, merge=merge, reason=reason)

    @recorded_by(Separated)
    def _separated(self, act: Act, merge: Merge, reason: str) -> None:
        self.merges = tuple(known for known in self.merges if known != merge)

    def _check_may_merge(self, kept: Duplicates) -> None:
        if kept.enterprise_id == self.enterprise_id:
            raise MergeWithItself("kept_enterprise_id")
        self.must_stand_alone()
        kept.must_stand_alone()


DuplicatesOf = Callable[[UUID], Duplicates | None]
"""The duplicates of an enterprise; None where none were ever kept."""


def one_enterprise(enterprise_id: UUID, duplicates_of: DuplicatesOf) -> tuple[UUID, ...]:
    """The records of the enterprise to which ``enterprise_id`` belongs, the one that was kept first."""
    kept_id = enterprise_id
    while (duplicates := duplicates_of(kept_id)) is not None and duplicates.kept_id is not None:
        kept_id = duplicates.kept_id
    found = [kept_id]
    for record_id in found:  # grows while it is read
        duplicates = duplicates_of(record_id)
        found.extend(duplicates.merged_ids if duplicates else ())
    return tuple(found)
