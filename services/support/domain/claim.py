"""A claim to State money for one content at one enterprise: what keeps anything from being funded twice.

Enterprises that count as one (an undertaking) claim together: each has its own claim, all for the participation of the
one that applied.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID, uuid5

from eventsourcing.domain import CanMutateAggregate

from services.shared.record import Act, Record, recorded_by
from services.support.domain.claim_code import claim_code
from services.support.domain.claim_refusals import (
    ClaimExpired,
    ClaimNotHeld,
    ClaimNotRenewable,
    ContentAlreadyClaimed,
    ContentClaimedInUndertaking,
    RenewalGainsNothing,
    UndertakingGrown,
)

__all__ = ["Claim", "ClaimStatus", "Claimed"]


class ClaimStatus(StrEnum):
    """Whether a claim stands; a released one may be lodged again."""

    LODGED = "LODGED"
    CONFIRMED = "CONFIRMED"
    RELEASED = "RELEASED"


@dataclass(frozen=True)
class Claimed:
    """For whom a content is claimed: the same at every enterprise of an undertaking.

    ``member_ids`` are those enterprises, the claimant first, as of ``registry_position`` of the registry's log;
    ``expires_on`` is the last day on which it stands undecided, None where it stands without end.
    """

    task_id: UUID
    participation_id: UUID
    claimant_id: UUID
    member_ids: tuple[UUID, ...]
    registry_position: int
    expires_on: date | None = None


class Claim(Record):
    """One stream per enterprise and content (đăng ký chống trùng lắp).

    Whoever lodges appends to the stream of every enterprise of the undertaking in the command that needs it, so of two
    who race, also for two enterprises of one undertaking, the log lets one win. ``since`` is the day on which ``body``
    lodged or decided it.
    """

    TOPIC = "support:Claim"

    class Event(Record.Event):
        """Something that happened to a claim; each names whose it is (sự kiện của đăng ký chống trùng lắp)."""

        enterprise_id: UUID
        content_code: str
        task_id: UUID
        participation_id: UUID

    class Lodged(Event, Record.Created):
        """A claim was lodged with an application (đăng ký chống trùng lắp)."""

        TOPIC = "support:Claim.Lodged"
        class_version: ClassVar[int] = 3
        claimant_id: UUID
        member_ids: tuple[UUID, ...]
        registry_position: int
        expires_on: date | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """The undertaking came later; until then an enterprise claimed for itself alone."""
            _claim_alone(state)

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            """Claims did not expire."""
            state["expires_on"] = None

        def sentence(self) -> str:
            return f"Đăng ký chống trùng lắp nội dung {self.content_code} cho một cơ sở."

    Created = Lodged

    class Relodged(Event):
        """A released claim was lodged again (đăng ký lại chống trùng lắp)."""

        TOPIC = "support:Claim.Relodged"
        class_version: ClassVar[int] = 3
        claimant_id: UUID
        member_ids: tuple[UUID, ...]
        registry_position: int
        expires_on: date | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """As with the first lodging."""
            _claim_alone(state)

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            """As with the first lodging."""
            state["expires_on"] = None

        def sentence(self) -> str:
            return f"Đăng ký lại chống trùng lắp nội dung {self.content_code} cho một cơ sở."

    class Widened(Event):
        """The claim was widened to who had joined the undertaking (mở rộng đăng ký chống trùng lắp)."""

        TOPIC = "support:Claim.Widened"
        member_ids: tuple[UUID, ...]
        registry_position: int

        def sentence(self) -> str:
            members = f"{len(self.member_ids)} cơ sở được tính cùng một chủ thể"
            return f"Mở rộng đăng ký chống trùng lắp nội dung {self.content_code} tới {members}."

    class Confirmed(Event):
        """A decision confirmed the claim (xác nhận đăng ký chống trùng lắp)."""

        TOPIC = "support:Claim.Confirmed"
        class_version: ClassVar[int] = 4
        registry_position: int
        overlap_decision_id: UUID | None
        decision: str | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Decisions did not ask the registry again until they confirmed for the undertaking."""
            state["registry_position"] = 0

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            """Possible overlaps were not told apart from certain ones, and none was admitted."""
            state["overlap_decision_id"] = None

        @staticmethod
        def upcast_v3_v4(state: dict[str, Any]) -> None:
            """Only the decision's own act confirmed claims, before payments claimed for who had joined since."""
            state["decision"] = state["act"]["document"]

        def sentence(self) -> str:
            return f"Quyết định {self.decision} xác nhận đăng ký chống trùng lắp nội dung {self.content_code}."

    class Questioned(Event):
        """A fact came to light before the decision, which has to ask again (xem lại đăng ký chống trùng lắp)."""

        TOPIC = "support:Claim.Questioned"
        registry_position: int
        told: str

        def sentence(self) -> str:
            return f"Xem lại đăng ký chống trùng lắp nội dung {self.content_code} trước khi quyết định: {self.told}"

    class Renewed(Event):
        """The claim stands for longer (gia hạn đăng ký chống trùng lắp)."""

        TOPIC = "support:Claim.Renewed"
        expires_on: date
        renewal_count: int
        reason: str

        def sentence(self) -> str:
            return (
                f"Gia hạn lần {self.renewal_count} đăng ký chống trùng lắp {claim_code(self.participation_id)} "
                f"đến ngày {self.expires_on:%d/%m/%Y}. Lý do: {self.reason}"
            )

    class Expired(Event):
        """The claim ended, because another was lodged after its time (hết hạn đăng ký chống trùng lắp)."""

        TOPIC = "support:Claim.Expired"

        def sentence(self) -> str:
            return f"Đăng ký chống trùng lắp {claim_code(self.participation_id)} hết hạn; nội dung được đăng ký lại."

    class Released(Event):
        """The claim was released (giải phóng đăng ký chống trùng lắp)."""

        TOPIC = "support:Claim.Released"

        def sentence(self) -> str:
            return f"Giải phóng đăng ký chống trùng lắp nội dung {self.content_code}; nội dung có thể được đăng ký lại."

    @staticmethod
    def create_id(enterprise_id: UUID, content_code: str) -> UUID:
        """The claim of an enterprise to a content, found again from the two."""
        return uuid5(enterprise_id, f"claim:{content_code}")

    @recorded_by(Lodged)
    def __init__(
        self,
        act: Act,
        enterprise_id: UUID,
        content_code: str,
        task_id: UUID,
        participation_id: UUID,
        claimant_id: UUID,
        member_ids: tuple[UUID, ...],
        registry_position: int,
        expires_on: date | None,
    ) -> None:
        self.enterprise_id = enterprise_id
        self.content_code = content_code
        self.task_id = task_id
        self.participation_id = participation_id
        self.claimant_id = claimant_id
        self.member_ids = member_ids
        self.registry_position = registry_position
        self.status = ClaimStatus.LODGED
        self.decision: str | None = None
        self.overlap_decision_id: UUID | None = None
        self.expires_on = expires_on
        self.renewal_count = 0
        self.body, self.since = act.body, act.effective_on

    @classmethod
    def lodge(cls, act: Act, *, enterprise_id: UUID, content_code: str, claimed: Claimed) -> Self:
        """The first claim to this content at this enterprise."""
        return cls(act=act, enterprise_id=enterprise_id, content_code=content_code, **vars(claimed))

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        whose = {
            "enterprise_id": self.enterprise_id,
            "content_code": self.content_code,
            "task_id": self.task_id,
            "participation_id": self.participation_id,
        }
        super().trigger_event(event_class, **{**whose, **kwargs})

    def relodge(self, act: Act, claimed: Claimed, *, lapsed: bool = False) -> None:
        """A claim after an earlier one was released, or whose time is over (``lapsed``) and which expires by it.

        Raises ContentAlreadyClaimed, or ContentClaimedInUndertaking where another enterprise is in the way.
        """
        if self.stands and not lapsed:
            if self.claimant_id == claimed.claimant_id:
                raise ContentAlreadyClaimed(
                    content_code=self.content_code, enterprise_id=self.enterprise_id, task_id=self.task_id
                )
            raise ContentClaimedInUndertaking(
                content_code=self.content_code,
                task_id=self.task_id,
                claimant_id=self.claimant_id,
                enterprise_id=claimed.claimant_id,
            )
        if self.stands:
            self._expired(act=act)
        self._relodged(act=act, **vars(claimed))

    @recorded_by(Expired)
    def _expired(self, act: Act) -> None:
        self.status = ClaimStatus.RELEASED
        self.decision = None

    @recorded_by(Relodged)
    def _relodged(
        self,
        act: Act,
        task_id: UUID,
        participation_id: UUID,
        claimant_id: UUID,
        member_ids: tuple[UUID, ...],
        registry_position: int,
        expires_on: date | None,
    ) -> None:
        self.task_id = task_id
        self.participation_id = participation_id
        self.claimant_id = claimant_id
        self.member_ids = member_ids
        self.registry_position = registry_position
        self.expires_on = expires_on
        self.renewal_count = 0
        self.status = ClaimStatus.LODGED
        self.body, self.since = act.body, act.effective_on

    def widen(self, act: Act, *, participation_id: UUID, member_ids: tuple[UUID, ...], registry_position: int) -> None:
        """Enterprises have joined the undertaking, and their content is claimed too; nobody leaves a claim.

        Raises ClaimNotHeld.
        """
        self.must_be_held_by(participation_id)
        widened = tuple(dict.fromkeys((*self.member_ids, *member_ids)))
        self._widened(act=act, member_ids=widened, registry_position=registry_position)

    @recorded_by(Widened)
    def _widened(self, act: Act, member_ids: tuple[UUID, ...], registry_position: int) -> None:
        self.member_ids = member_ids
        self.registry_position = registry_position

    @property
    def code(self) -> str:
        """What people call the claim of this participation by."""
        return claim_code(self.participation_id)

    def is_expired(self, on: date) -> bool:
        """Whether nobody decided on it by its last day."""
        return self.status is ClaimStatus.LODGED and self.expires_on is not None and self.expires_on < on

    def renew(self, act: Act, *, participation_id: UUID, expires_on: date | None, reason: str) -> None:
        """The procedure takes longer than the claim stands; also after its last day, while nobody else has claimed.

        ``expires_on`` is the last day by the rules of today. Raises ClaimNotHeld, ClaimNotRenewable and
        RenewalGainsNothing.
        """
        self.must_be_held_by(participation_id)
        if self.status is not ClaimStatus.LODGED or self.expires_on is None or expires_on is None:
            raise ClaimNotRenewable
        if expires_on <= self.expires_on:
            raise RenewalGainsNothing(code=self.code, expires_on=self.expires_on)
        self._renewed(act=act, expires_on=expires_on, renewal_count=self.renewal_count + 1, reason=reason)

    @recorded_by(Renewed)
    def _renewed(self, act: Act, expires_on: date, renewal_count: int, reason: str) -> None:
        self.expires_on = expires_on
        self.renewal_count = renewal_count

    @property
    def stands(self) -> bool:
        """Whether the content is spoken for."""
        return self.status is not ClaimStatus.RELEASED

    def is_held_by(self, participation_id: UUID) -> bool:
        """Whether the claim stands, and for this participation."""
        return self.stands and self.participation_id == participation_id

    def must_be_held_by(self, participation_id: UUID) -> None:
        """Raises ClaimNotHeld."""
        if not self.is_held_by(participation_id):
            raise ClaimNotHeld(content_code=self.content_code)

    def must_cover(self, enterprise_ids: tuple[UUID, ...]) -> None:
        """Raises UndertakingGrown when one of these enterprises is not among those claimed for."""
        for enterprise_id in enterprise_ids:
            if enterprise_id not in self.member_ids:
                raise UndertakingGrown(enterprise_id=enterprise_id, content_code=self.content_code)

    def confirm(
        self,
        act: Act,
        *,
        participation_id: UUID,
        registry_position: int,
        overlap_decision_id: UUID | None = None,
        decision: str | None = None,
    ) -> None:
        """The decision rests on this claim, and on what the registry knew at a position of its log.

        It is the one that the act's document names, or ``decision`` where an act that carries it out claims some more.
        ``overlap_decision_id`` is by what a possible overlap was admitted, where there was one. Raises ClaimNotHeld and
        ClaimExpired.
        """
        self._must_be_lodged_by(participation_id)
        if self.is_expired(act.effective_on):
            raise ClaimExpired(code=self.code, expires_on=self.expires_on)
        self._confirmed(
            act=act,
            registry_position=registry_position,
            overlap_decision_id=overlap_decision_id,
            decision=decision or act.document,
        )

    @recorded_by(Confirmed)
    def _confirmed(
        self, act: Act, registry_position: int, overlap_decision_id: UUID | None, decision: str | None
    ) -> None:
        self.status = ClaimStatus.CONFIRMED
        self.decision = decision
        self.body, self.since = act.body, act.effective_on
        self.registry_position = registry_position
        self.overlap_decision_id = overlap_decision_id

    def question(self, act: Act, *, registry_position: int, told: str) -> None:
        """A fact has come to light: a decision on its way meets this, and asks the registry again.

        Raises ClaimNotHeld unless the claim awaits its decision.
        """
        self._must_be_lodged_by(self.participation_id)
        self._questioned(act=act, registry_position=registry_position, told=told)

    @recorded_by(Questioned)
    def _questioned(self, act: Act, registry_position: int, told: str) -> None:
        self.questioned_at = registry_position

    def release(self, act: Act, *, participation_id: UUID) -> None:
        """The participation comes to nothing; another may claim.

        Raises ClaimNotHeld.
        """
        self.must_be_held_by(participation_id)
        self._released(act=act)

    @recorded_by(Released)
    def _released(self, act: Act) -> None:
        self.status = ClaimStatus.RELEASED
        self.decision = None

    def _must_be_lodged_by(self, participation_id: UUID) -> None:
        if self.status is not ClaimStatus.LODGED or self.participation_id != participation_id:
            raise ClaimNotHeld(content_code=self.content_code)


def _claim_alone(state: dict[str, Any]) -> None:
    """The fields of a lodging that knew no undertaking: the enterprise is all there is of it."""
    state["claimant_id"] = state["enterprise_id"]
    state["member_ids"] = [state["enterprise_id"]]
    state["registry_position"] = 0
