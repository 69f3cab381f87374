"""The register of administrative units (danh mục đơn vị hành chính): codes and names that change with each reform."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Invalid, Missing, Taken


class UnitsAlreadyPublished(Taken):
    """A document orders the units of a province once."""

    sentence = "Danh mục đơn vị hành chính của tỉnh, thành phố {province_code} theo {legal_basis} đã được công bố."


class UnitRegisterLacksDocument(Invalid):
    """Units are ordered by a legal document."""

    sentence = "Danh mục đơn vị hành chính phải dựa trên một văn bản."


class UnitRepeated(Invalid):
    """A code stands for one unit at a time."""

    sentence = "Mã đơn vị hành chính {code} bị trùng."


class SuccessorUnknown(Invalid):
    """An old unit goes into a unit of the register."""

    sentence = "Đơn vị hành chính mới {code} không có trong danh mục."


class MergerContradictory(Invalid):
    """An old unit goes whole into one new unit or in parts into several, with one name and each pair once."""

    sentence = "Đơn vị hành chính cũ {code} được sáp nhập không nhất quán."


class PredecessorKindUnknown(Invalid):
    """An old unit's name begins with its kind."""

    sentence = "Tên đơn vị hành chính cũ {name} phải bắt đầu bằng Phường, Xã hoặc Thị trấn."


class UnitUnknown(Missing):
    """No unit bore this code on that day."""

    sentence = "Không có đơn vị hành chính mang mã {code} vào ngày {day:%d/%m/%Y}."


class UnitKind(StrEnum):
    """The kind of an administrative unit below the province."""

    WARD = "WARD"
    COMMUNE = "COMMUNE"
    TOWNSHIP = "TOWNSHIP"


class MergerExtent(StrEnum):
    """How much of an old unit went into a new one."""

    WHOLE = "WHOLE"
    PARTIAL = "PARTIAL"


_KIND_WORDS = {"Phường ": UnitKind.WARD, "Xã ": UnitKind.COMMUNE, "Thị trấn ": UnitKind.TOWNSHIP}


@dataclass(frozen=True)
class PublishedUnit:
    """A unit as the document orders it: five-digit code, name without the kind."""

    code: str
    name: str
    kind: UnitKind


@dataclass(frozen=True)
class PublishedPredecessor:
    """An old unit that went into the new unit ``code``; ``old_name`` begins with its kind."""

    code: str
    old_code: str
    old_name: str
    old_district_code: str
    old_province_code: str
    extent: MergerExtent

    def kind_and_name(self) -> tuple[UnitKind, str]:
        """The old unit's kind and its bare name."""
        for word, kind in _KIND_WORDS.items():
            if self.old_name.startswith(word):
                return kind, self.old_name.removeprefix(word)
        raise PredecessorKindUnknown("predecessors", name=self.old_name)


class UnitRegister(Record):
    """The units of one province under one legal document, with the old units they were formed from.

    Never rewritten: a later document publishes another register, from its day on.
    """

    TOPIC = "registry:UnitRegister"

    class Event(Record.Event):
        """Something that happened to a register of units (sự kiện)."""

    class Published(Event, Record.Created):
        """The units of a province were published (công bố danh mục đơn vị hành chính)."""

        TOPIC = "registry:UnitRegister.Published"
        province_code: str
        legal_basis: str
        valid_from: date
        units: tuple[PublishedUnit, ...]
        predecessors: tuple[PublishedPredecessor, ...]

        def sentence(self) -> str:
            return (
                f"Công bố danh mục {len(self.units)} đơn vị hành chính của tỉnh, thành phố {self.province_code} "
                f"theo {self.legal_basis}, áp dụng từ ngày {self.valid_from:%d/%m/%Y}."
            )

    Created = Published

    @recorded_by(Published)
    def __init__(
        self,
        act: Act,
        province_code: str,
        legal_basis: str,
        valid_from: date,
        units: tuple[PublishedUnit, ...],
        predecessors: tuple[PublishedPredecessor, ...],
    ) -> None:
        self.province_code = province_code
        self.legal_basis = legal_basis
        self.valid_from = valid_from
        self.units = units
        self.predecessors = predecessors

    @staticmethod
    def create_id(province_code: str, legal_basis: str) -> UUID:
        """The id under which the register of a province and a document is found again."""
        return uuid5(NAMESPACE_URL, f"nscl:registry:units:{province_code}:{legal_basis}")

    @classmethod
    def publish(
        cls,
        act: Act,
        province_code: str,
        valid_from: date,
        units: tuple[PublishedUnit, ...],
        predecessors: tuple[PublishedPredecessor, ...],
    ) -> UnitRegister:
        """Enter the units that ``act.document`` orders; refuses a list that contradicts itself."""
        if act.document is None:
            raise UnitRegisterLacksDocument("basis.document")
        _check_units(units)
        _check_predecessors({unit.code for unit in units}, predecessors)
        return cls(
            act=act,
            province_code=province_code,
            legal_basis=act.document,
            valid_from=valid_from,
            units=units,
            predecessors=predecessors,
        )


def _check_units(units: tuple[PublishedUnit, ...]) -> None:
    seen: set[str] = set()
    for index, unit in enumerate(units):
        if unit.code in seen:
            raise UnitRepeated(f"units[{index}].code", code=unit.code)
        seen.add(unit.code)


def _check_predecessors(codes: set[str], predecessors: tuple[PublishedPredecessor, ...]) -> None:
    mergers: dict[str, list[PublishedPredecessor]] = defaultdict(list)
    for index, row in enumerate(predecessors):
        path = f"predecessors[{index}]"
        if row.code not in codes:
            raise SuccessorUnknown(f"{path}.code", code=row.code)
        row.kind_and_name()
        mergers[row.old_code].append(row)
        if _contradictory(mergers[row.old_code]):
            raise MergerContradictory(f"{path}.old_code", code=row.old_code)


def _contradictory(rows: list[PublishedPredecessor]) -> bool:
    """Whether rows about one old unit exclude each other.

    A single partial row is no contradiction: the rest may have gone to another province.
    """
    names = {(row.old_name, row.old_district_code, row.old_province_code) for row in rows}
    whole = any(row.extent is MergerExtent.WHOLE for row in rows)
    repeated = len({row.code for row in rows}) < len(rows)
    return len(names) > 1 or repeated or (whole and len(rows) > 1)
