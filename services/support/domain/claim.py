"""A claim to State money for one content at one enterprise: what keeps anything from being funded twice.

Enterprises that count as one (an undertaking) claim together: each has its own claim, all for the participation of the
one that applied. Where the content may be had once for each product or site, participations for different ones hold the
claim side by side.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar, Self
from uuid import UUID, uuid5

from eventsourcing.domain import CanMutateAggregate

from services.shared.record import Act, Record, recorded_by
from services.support.domain.claim_code import claim_code
from services.support.domain.claim_refusals import (
    ClaimExpired,
    ClaimHeldBySeveral,
    ClaimNotHeld,
    ClaimNotRenewable,
    ContentAlreadyClaimed,
    ContentClaimedInUndertaking,
    RenewalGainsNothing,
    UndertakingGrown,
)
from services.support.domain.claim_terms import Claimed, ClaimStatus, Holding
from services.support.domain.claimed_units import ClaimUnit, concern_the_same

__all__ = ["Claim", "ClaimStatus", "Claimed", "Holding"]


class Claim(Record):
    """One stream per enterprise and content (đăng ký chống trùng lắp).

    Whoever lodges appends to the stream of every enterprise of the undertaking in the command that needs it, so of two
    who race, also for two enterprises of one undertaking, the log lets one win. ``last`` is what happened to it last:
    one participation's holding.
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
        class_version: ClassVar[int] = 4
        claimant_id: UUID
        member_ids: tuple[UUID, ...]
        registry_position: int
        expires_on: date | None
        unit_keys: tuple[str, ...]

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """The undertaking came later; until then an enterprise claimed for itself alone."""
            _claim_alone(state)

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            """Claims did not expire."""
            state["expires_on"] = None

        @staticmethod
        def upcast_v3_v4(state: dict[str, Any]) -> None:
            """An enterprise claimed a content as a whole."""
            state["unit_keys"] = []

        def sentence(self) -> str:
            return f"Đăng ký chống trùng lắp nội dung {_what(self.content_code, self.unit_keys)} cho một cơ sở."

    Created = Lodged

    class Relodged(Event):
        """The content was claimed again, once free or for another product or site (đăng ký lại chống trùng lắp)."""

        TOPIC = "support:Claim.Relodged"
        class_version: ClassVar[int] = 4
        claimant_id: UUID
        member_ids: tuple[UUID, ...]
        registry_position: int
        expires_on: date | None
        unit_keys: tuple[str, ...]

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """As with the first lodging."""
            _claim_alone(state)

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            """As with the first lodging."""
            state["expires_on"] = None

        @staticmethod
        def upcast_v3_v4(state: dict[str, Any]) -> None:
            """As with the first lodging."""
            state["unit_keys"] = []

        def sentence(self) -> str:
            return f"Đăng ký lại chống trùng lắp nội dung {_what(self.content_code, self.unit_keys)} cho một cơ sở."

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
        unit_keys: tuple[str, ...],
    ) -> None:
        self.enterprise_id = enterprise_id
        self.content_code = content_code
        self.holdings: dict[UUID, Holding] = {}
        self._hold(
            act, Claimed(task_id, participation_id, claimant_id, member_ids, registry_position, expires_on, unit_keys)
        )

    @classmethod
    def lodge(cls, act: Act, *, enterprise_id: UUID, content_code: str, claimed: Claimed) -> Self:
        """The first claim to this content at this enterprise."""
        return cls(act=act, enterprise_id=enterprise_id, content_code=content_code, **vars(claimed))

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        held = self.holdings.get(kwargs["participation_id"])
        task = {"task_id": held.task_id} if held else {}
        whose = {"enterprise_id": self.enterprise_id, "content_code": self.content_code}
        super().trigger_event(event_class, **{**whose, **task, **kwargs})

    def _hold(self, act: Act, claimed: Claimed) -> None:
        """What is over is not kept beside what is held now."""
        self.last = Holding(**vars(claimed), body=act.body, since=act.effective_on)
        self.holdings = {each.participation_id: each for each in (*self.standing, self.last)}

    def _change(self, participation_id: UUID, **changes: Any) -> None:
        self.last = replace(self.holdings[participation_id], **changes)
        self.holdings[participation_id] = self.last

    @property
    def standing(self) -> tuple[Holding, ...]:
        """Who speaks for the content now: one, or several for different products or sites."""
        return tuple(holding for holding in self.holdings.values() if holding.stands)

    def in_the_way(self, unit: ClaimUnit, unit_keys: tuple[str, ...], lapsed: Collection[UUID]) -> tuple[Holding, ...]:
        """What stands for the same as a claim for some products or sites (none: the enterprise) would.

        The content may be had once per ``unit``; ``lapsed`` are the participations whose time is over.
        """
        standing = (each for each in self.standing if each.participation_id not in lapsed)
        return tuple(each for each in standing if concern_the_same(unit, each.unit_keys, unit_keys))

    def questioned_by(self, other: Claim, unit: ClaimUnit) -> tuple[Holding, ...]:
        """What stands here for what another participation might claim at the other enterprise, were they tied."""
        return tuple(
            mine
            for mine in self.standing
            if any(
                mine.participation_id != theirs.participation_id
                and concern_the_same(unit, mine.unit_keys, theirs.unit_keys) is not False
                for theirs in other.standing
            )
        )

    def relodge(
        self,
        act: Act,
        claimed: Claimed,
        *,
        unit: ClaimUnit = ClaimUnit.ENTERPRISE,
        lapsed: Collection[UUID] = (),
    ) -> None:
        """A claim after an earlier one was released, beside one for something else, or after one whose time is over.

        Whose time is over (``lapsed``) expires by it. Raises ContentAlreadyClaimed, or ContentClaimedInUndertaking
        where another enterprise is in the way.
        """
        for held in self.in_the_way(unit, claimed.unit_keys, lapsed):
            if held.claimant_id == claimed.claimant_id:
                raise ContentAlreadyClaimed(
                    content_code=self.content_code, enterprise_id=self.enterprise_id, task_id=held.task_id
                )
            raise ContentClaimedInUndertaking(
                content_code=self.content_code,
                task_id=held.task_id,
                claimant_id=held.claimant_id,
                enterprise_id=claimed.claimant_id,
            )
        for over in self.in_the_way(unit, claimed.unit_keys, ()):
            self._expired(act=act, participation_id=over.participation_id)
        self._relodged(act=act, **vars(claimed))

    @recorded_by(Expired)
    def _expired(self, act: Act, participation_id: UUID) -> None:
        self._change(participation_id, status=ClaimStatus.RELEASED, decision=None)

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
        unit_keys: tuple[str, ...],
    ) -> None:
        self._hold(
            act, Claimed(task_id, participation_id, claimant_id, member_ids, registry_position, expires_on, unit_keys)
        )

    def widen(self, act: Act, *, participation_id: UUID, member_ids: tuple[UUID, ...], registry_position: int) -> None:
        """Enterprises have joined the undertaking, and their content is claimed too; nobody leaves a claim.

        Raises ClaimNotHeld.
        """
        held = self.held_by(participation_id)
        widened = tuple(dict.fromkeys((*held.member_ids, *member_ids)))
        self._widened(
            act=act, participation_id=participation_id, member_ids=widened, registry_position=registry_position
        )

    @recorded_by(Widened)
    def _widened(self, act: Act, participation_id: UUID, member_ids: tuple[UUID, ...], registry_position: int) -> None:
        self._change(participation_id, member_ids=member_ids, registry_position=registry_position)

    def renew(self, act: Act, *, participation_id: UUID, expires_on: date | None, reason: str) -> None:
        """The procedure takes longer than the claim stands; also after its last day, while nobody else has claimed.

        ``expires_on`` is the last day by the rules of today. Raises ClaimNotHeld, ClaimNotRenewable and
        RenewalGainsNothing.
        """
        held = self.held_by(participation_id)
        if held.status is not ClaimStatus.LODGED or held.expires_on is None or expires_on is None:
            raise ClaimNotRenewable
        if expires_on <= held.expires_on:
            raise RenewalGainsNothing(code=held.code, expires_on=held.expires_on)
        self._renewed(
            act=act,
            participation_id=participation_id,
            expires_on=expires_on,
            renewal_count=held.renewal_count + 1,
            reason=reason,
        )

    @recorded_by(Renewed)
    def _renewed(self, act: Act, participation_id: UUID, expires_on: date, renewal_count: int, reason: str) -> None:
        self._change(participation_id, expires_on=expires_on, renewal_count=renewal_count)

    def to_renew(self, participation_id: UUID | None) -> Holding:
        """What a participation holds of it; where none is named, what its only one does.

        Raises ClaimNotHeld and ClaimHeldBySeveral.
        """
        if participation_id is not None:
            return self.held_by(participation_id)
        if not self.standing:
            raise ClaimNotHeld(content_code=self.content_code)
        if len(self.standing) > 1:
            raise ClaimHeldBySeveral("participation_id", content_code=self.content_code)
        return self.standing[0]

    def is_held_by(self, participation_id: UUID) -> bool:
        """Whether the claim stands, and for this participation."""
        held = self.holdings.get(participation_id)
        return held is not None and held.stands

    def held_by(self, participation_id: UUID) -> Holding:
        """What a participation holds of it.

        Raises ClaimNotHeld.
        """
        if not self.is_held_by(participation_id):
            raise ClaimNotHeld(content_code=self.content_code)
        return self.holdings[participation_id]

    def must_cover(self, participation_id: UUID, enterprise_ids: tuple[UUID, ...]) -> None:
        """Raises ClaimNotHeld, and UndertakingGrown when one of these is not among those that it claims for."""
        members = self.held_by(participation_id).member_ids
        for enterprise_id in enterprise_ids:
            if enterprise_id not in members:
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
        held = self._lodged_by(participation_id)
        if held.is_expired(act.effective_on):
            raise ClaimExpired(code=held.code, expires_on=held.expires_on)
        self._confirmed(
            act=act,
            participation_id=participation_id,
            registry_position=registry_position,
            overlap_decision_id=overlap_decision_id,
            decision=decision or act.document,
        )

    @recorded_by(Confirmed)
    def _confirmed(
        self,
        act: Act,
        participation_id: UUID,
        registry_position: int,
        overlap_decision_id: UUID | None,
        decision: str | None,
    ) -> None:
        self._change(
            participation_id,
            status=ClaimStatus.CONFIRMED,
            decision=decision,
            body=act.body,
            since=act.effective_on,
            registry_position=registry_position,
            overlap_decision_id=overlap_decision_id,
        )

    def question(self, act: Act, *, participation_id: UUID, registry_position: int, told: str) -> None:
        """A fact has come to light: a decision on its way meets this, and asks the registry again.

        Raises ClaimNotHeld unless the claim awaits its decision.
        """
        self._lodged_by(participation_id)
        self._questioned(act=act, participation_id=participation_id, registry_position=registry_position, told=told)

    @recorded_by(Questioned)
    def _questioned(self, act: Act, participation_id: UUID, registry_position: int, told: str) -> None:
        self._change(participation_id, questioned_at=registry_position)

    def release(self, act: Act, *, participation_id: UUID) -> None:
        """The participation comes to nothing; another may claim.

        Raises ClaimNotHeld.
        """
        self.held_by(participation_id)
        self._released(act=act, participation_id=participation_id)

    @recorded_by(Released)
    def _released(self, act: Act, participation_id: UUID) -> None:
        self._change(participation_id, status=ClaimStatus.RELEASED, decision=None)

    def _lodged_by(self, participation_id: UUID) -> Holding:
        held = self.held_by(participation_id)
        if held.status is not ClaimStatus.LODGED:
            raise ClaimNotHeld(content_code=self.content_code)
        return held


def _what(content_code: str, unit_keys: tuple[str, ...]) -> str:
    return f"{content_code} ({', '.join(unit_keys)})" if unit_keys else content_code


def _claim_alone(state: dict[str, Any]) -> None:
    """The fields of a lodging that knew no undertaking: the enterprise is all there is of it."""
    state["claimant_id"] = state["enterprise_id"]
    state["member_ids"] = [state["enterprise_id"]]
    state["registry_position"] = 0
