"""How enterprises end or give rise to others (Luật Doanh nghiệp 59/2020/QH14, chương IX)."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from services.shared.refusals import Invalid


class SuccessorRepeated(Invalid):
    """A successor is named once, and is not the enterprise itself."""

    sentence = "Cơ sở kế thừa {successor_id} bị trùng."


class SuccessorsWrongInNumber(Invalid):
    """Whoever divides leaves two at least; whoever merges goes into one."""

    sentence = "Việc {term} cần {wanted} cơ sở kế thừa."


class SuccessionKind(StrEnum):
    """What became of an enterprise of which others are successors."""

    MERGER = "MERGER"
    CONSOLIDATION = "CONSOLIDATION"
    DIVISION = "DIVISION"
    SEPARATION = "SEPARATION"

    @property
    def term(self) -> str:
        """The kind in Vietnamese law's words."""
        return _TERMS[self]

    @property
    def ends(self) -> bool:
        """Whether the enterprise is no more: one from which another was separated goes on."""
        return self is not SuccessionKind.SEPARATION

    def check_successors(self, enterprise_id: UUID, successor_ids: tuple[UUID, ...]) -> None:
        """Refuse successors that are too many, too few, or named twice."""
        seen = {enterprise_id}
        for index, successor_id in enumerate(successor_ids):
            if successor_id in seen:
                raise SuccessorRepeated(f"successor_ids[{index}]", successor_id=successor_id)
            seen.add(successor_id)
        if self in (SuccessionKind.MERGER, SuccessionKind.CONSOLIDATION) and len(successor_ids) != 1:
            raise SuccessorsWrongInNumber("successor_ids", term=self.term, wanted="đúng một")
        if self is SuccessionKind.DIVISION and len(successor_ids) < 2:
            raise SuccessorsWrongInNumber("successor_ids", term=self.term, wanted="ít nhất hai")


_TERMS = {
    SuccessionKind.MERGER: "sáp nhập",
    SuccessionKind.CONSOLIDATION: "hợp nhất",
    SuccessionKind.DIVISION: "chia",
    SuccessionKind.SEPARATION: "tách",
}
