"""Bodies: the offices and organisations in whose name people act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from services.registry.domain.standing import StandingField
from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Forbidden, Invalid, Missing, Taken


class BodyAlreadyEstablished(Taken):
    """A body's code is its own."""

    sentence = "Cơ quan, tổ chức mang mã {code} đã được ghi nhận."


class BodyUnknown(Missing):
    """Nobody established a body under this code."""

    sentence = "Không có cơ quan, tổ chức mang mã {code}."


class PredecessorOutlivesBody(Invalid):
    """A predecessor ends before its successor begins, or on that day."""

    sentence = "Cơ quan tiền thân {code} phải kết thúc không sau ngày cơ quan kế thừa được thành lập."


class PredecessorRepeated(Invalid):
    """A predecessor is named once, and is not the body itself."""

    sentence = "Cơ quan tiền thân {code} bị trùng."


class BodyDoesNotAttestField(Forbidden):
    """Only the body in charge of a duty may attest it."""

    sentence = "Cơ quan {code} không có thẩm quyền xác nhận nghĩa vụ {field}."


@dataclass(frozen=True)
class PredecessorBody:
    """A body that another succeeded; ``ended_on`` is its last day."""

    code: str
    name: str
    ended_on: date


class Body(Record):
    """A body (cơ quan, tổ chức) known by its code, such as SKHCN."""

    TOPIC = "registry:Body"

    class Event(Record.Event):
        """Something that happened to a body (sự kiện)."""

    class Established(Event, Record.Created):
        """A body was established (thành lập cơ quan, tổ chức)."""

        TOPIC = "registry:Body.Established"
        code: str
        name: str
        established_on: date
        predecessors: tuple[PredecessorBody, ...]
        attests: StandingField | None

        def sentence(self) -> str:
            duty = f", xác nhận nghĩa vụ {self.attests.term}" if self.attests else ""
            return f"Ghi nhận cơ quan, tổ chức {self.name} ({self.code}){duty}."

    Created = Established

    @recorded_by(Established)
    def __init__(
        self,
        act: Act,
        code: str,
        name: str,
        established_on: date,
        predecessors: tuple[PredecessorBody, ...],
        attests: StandingField | None,
    ) -> None:
        self.code = code
        self.name = name
        self.established_on = established_on
        self.predecessors = predecessors
        self.attests = attests

    @staticmethod
    def create_id(code: str) -> UUID:
        """The id under which the body of a code is found again."""
        return uuid5(NAMESPACE_URL, f"nscl:registry:body:{code}")

    @classmethod
    def establish(
        cls,
        act: Act,
        code: str,
        name: str,
        established_on: date,
        predecessors: tuple[PredecessorBody, ...] = (),
        attests: StandingField | None = None,
    ) -> Body:
        """Enter a body; refuses predecessors that outlive it or are named twice."""
        seen = {code}
        for index, predecessor in enumerate(predecessors):
            path = f"predecessors[{index}]"
            if predecessor.ended_on > established_on:
                raise PredecessorOutlivesBody(f"{path}.ended_on", code=predecessor.code)
            if predecessor.code in seen:
                raise PredecessorRepeated(f"{path}.code", code=predecessor.code)
            seen.add(predecessor.code)
        return cls(
            act=act, code=code, name=name, established_on=established_on, predecessors=predecessors, attests=attests
        )

    def check_attests(self, field: StandingField) -> None:
        """Refuse a field of which this body is not in charge."""
        if self.attests is not field:
            raise BodyDoesNotAttestField(code=self.code, field=field.term)
