"""What decisions of one year have granted under one limit: the stream on which two who race for the rest meet."""

from __future__ import annotations

from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Refusal
from services.support.domain.money import in_dong
from services.support.domain.norm_terms import Computation, LimitScope, StepKind, YearlyLimit

__all__ = ["GrantTally"]


class YearlyLimitReached(Refusal):
    """The year's quota, or what one enterprise may get in a year, is used up (hết hạn mức trong năm)."""

    sentence = "Hạn mức {limit_code} năm {year} đã hết, không còn gì để hỗ trợ nội dung {content_code}."


class GrantTally(Record):
    """The grants of a calendar year that count against one limit of a set of norms (sổ theo dõi hạn mức).

    A decision counts its grants here in the command that makes them. Every version of the set uses the same tally, so
    that a new version during the year starts from what the earlier one granted.
    """

    TOPIC = "support:GrantTally"

    class Event(Record.Event):
        """Something that happened to a tally (sự kiện của sổ theo dõi hạn mức)."""

    class Opened(Event, Record.Created):
        """A tally was opened for the year's first grant under its limit (mở sổ theo dõi hạn mức)."""

        TOPIC = "support:GrantTally.Opened"
        norms_code: str
        limit_code: str
        year: int
        enterprise_id: UUID | None

        def sentence(self) -> str:
            whose = "của chương trình" if self.enterprise_id is None else "của một cơ sở"
            return f"Mở sổ theo dõi hạn mức {self.limit_code} năm {self.year} {whose}, bộ định mức {self.norms_code}."

    Created = Opened

    class Counted(Event):
        """A grant was counted against the limit (trừ hạn mức)."""

        TOPIC = "support:GrantTally.Counted"
        participation_id: UUID
        amount_vnd: int
        granted_vnd: int
        grant_count: int

        def sentence(self) -> str:
            total = f"{in_dong(self.granted_vnd)} cho {self.grant_count} suất"
            return f"Trừ {in_dong(self.amount_vnd)} vào hạn mức; trong năm đã hỗ trợ {total}."

    class Freed(Event):
        """What of a grant will not be paid was given back to the limit (hoàn hạn mức)."""

        TOPIC = "support:GrantTally.Freed"
        participation_id: UUID
        amount_vnd: int
        granted_vnd: int
        grant_count: int

        def sentence(self) -> str:
            total = f"{in_dong(self.granted_vnd)} cho {self.grant_count} suất"
            return f"Hoàn {in_dong(self.amount_vnd)} vào hạn mức; trong năm còn tính {total}."

    @staticmethod
    def create_id(norms_code: str, limit_code: str, year: int, enterprise_id: UUID | None) -> UUID:
        """The tally of a limit in a year, of an enterprise or of the whole programme."""
        whose = "" if enterprise_id is None else f":{enterprise_id}"
        return uuid5(NAMESPACE_URL, f"nscl:support:grant-tally:{norms_code}:{limit_code}:{year}{whose}")

    @recorded_by(Opened)
    def __init__(self, act: Act, norms_code: str, limit_code: str, year: int, enterprise_id: UUID | None) -> None:
        self.norms_code = norms_code
        self.limit_code = limit_code
        self.year = year
        self.enterprise_id = enterprise_id
        self.granted_vnd = 0
        self.grant_count = 0
        self.granted_vnd_of: dict[UUID, int] = {}

    @classmethod
    def open(cls, act: Act, *, norms_code: str, limit_code: str, year: int, enterprise_id: UUID | None) -> Self:
        """A tally on which nothing is counted yet."""
        return cls(act=act, norms_code=norms_code, limit_code=limit_code, year=year, enterprise_id=enterprise_id)

    def narrow(self, computation: Computation, limit: YearlyLimit, content_code: str) -> None:
        """An amount is no more than the limit leaves.

        Raises YearlyLimitReached.
        """
        no_place = limit.most_grants is not None and self.grant_count >= limit.most_grants
        if no_place or (limit.most_vnd is not None and self.granted_vnd >= limit.most_vnd):
            raise YearlyLimitReached(limit_code=limit.code, year=self.year, content_code=content_code)
        kind = StepKind.PROGRAMME_LIMIT if limit.scope is LimitScope.PROGRAMME else StepKind.ENTERPRISE_LIMIT
        left_vnd = computation.amount_vnd if limit.most_vnd is None else limit.most_vnd - self.granted_vnd
        computation.at_most(kind, left_vnd, self._told(limit))

    def _told(self, limit: YearlyLimit) -> str:
        whose = "toàn chương trình" if limit.scope is LimitScope.PROGRAMME else "mỗi cơ sở"
        most = [] if limit.most_vnd is None else [in_dong(limit.most_vnd)]
        used = [] if limit.most_vnd is None else [in_dong(self.granted_vnd)]
        if limit.most_grants is not None:
            most.append(f"{limit.most_grants} suất")
            used.append(f"{self.grant_count} suất")
        return f"{whose} không quá {', '.join(most)} trong năm {self.year}, đã hỗ trợ {', '.join(used)}"

    def count(self, act: Act, *, participation_id: UUID, amount_vnd: int) -> None:
        """A grant that ``narrow`` has let through in the same command."""
        self._counted(
            act=act,
            participation_id=participation_id,
            amount_vnd=amount_vnd,
            granted_vnd=self.granted_vnd + amount_vnd,
            grant_count=self.grant_count + 1,
        )

    @recorded_by(Counted)
    def _counted(self, act: Act, participation_id: UUID, amount_vnd: int, granted_vnd: int, grant_count: int) -> None:
        self.granted_vnd = granted_vnd
        self.grant_count = grant_count
        self.granted_vnd_of[participation_id] = amount_vnd

    def keep(self, act: Act, *, participation_id: UUID, amount_vnd: int) -> None:
        """Of what was counted for a grant, no more than this amount will be paid: the rest is free again.

        A grant of which nothing stays takes no place any more. Nothing happens where no more was counted.
        """
        counted_vnd = self.granted_vnd_of.get(participation_id, 0)
        if amount_vnd >= counted_vnd:
            return
        self._freed(
            act=act,
            participation_id=participation_id,
            amount_vnd=counted_vnd - amount_vnd,
            granted_vnd=self.granted_vnd - counted_vnd + amount_vnd,
            grant_count=self.grant_count if amount_vnd else self.grant_count - 1,
        )

    def give_back(self, act: Act, *, participation_id: UUID, amount_vnd: int) -> None:
        """So much of a grant that was paid has come back, and is free again."""
        counted_vnd = self.granted_vnd_of.get(participation_id, 0)
        self.keep(act, participation_id=participation_id, amount_vnd=max(counted_vnd - amount_vnd, 0))

    @recorded_by(Freed)
    def _freed(self, act: Act, participation_id: UUID, amount_vnd: int, granted_vnd: int, grant_count: int) -> None:
        self.granted_vnd = granted_vnd
        self.grant_count = grant_count
        self.granted_vnd_of[participation_id] -= amount_vnd
