"""Rules of the budget as versioned data: how an estimate is computed, between which sources money may move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID, uuid5

from services.shared.record import Act, Record, recorded_by
from services.support.domain.budget_refusals import BudgetRulesAlreadyAdopted, BudgetRulesEndBeforeTheyStart
from services.support.domain.catalogue import Catalogue
from services.support.domain.versioned_rules import VersionedRules

__all__ = ["BudgetRules", "SourcePair"]


@dataclass(frozen=True)
class SourcePair:
    """A transfer from one source of money to another."""

    from_source_code: str
    to_source_code: str


class BudgetRules(VersionedRules, Record):
    """One version of a catalogue's rules (quy tắc dự toán), proposed by one person and adopted by another.

    Lines of ``averaged_source_codes`` are estimated at the planned number of new tasks times the average cost of a new
    task in the ``averaged_years`` years before (Nghị định 265/2025/NĐ-CP, in force from 14/10/2025). Of the versions
    in force on a day the highest counts.
    """

    TOPIC = "support:BudgetRules"
    ALREADY_ADOPTED = BudgetRulesAlreadyAdopted

    class Event(Record.Event):
        """Something that happened to rules of the budget (sự kiện của quy tắc dự toán)."""

    class Proposed(Event, Record.Created):
        """Rules were proposed (dự thảo quy tắc dự toán)."""

        TOPIC = "support:BudgetRules.Proposed"
        catalogue_id: UUID
        rules_version: int
        legal_basis: str
        valid_from: date
        valid_until: date | None
        sample: bool
        averaged_years: int
        averaged_source_codes: tuple[str, ...]
        transfers: tuple[SourcePair, ...]

        def sentence(self) -> str:
            mark = " (dữ liệu mẫu)" if self.sample else ""
            return f"Dự thảo quy tắc dự toán phiên bản {self.rules_version}{mark}, căn cứ {self.legal_basis}."

    Created = Proposed

    class Adopted(Event):
        """The rules came into force by another person's act (ban hành quy tắc dự toán)."""

        TOPIC = "support:BudgetRules.Adopted"

        def sentence(self) -> str:
            return f"Ban hành quy tắc dự toán bằng văn bản {self.act.document}."

    @staticmethod
    def create_id(catalogue_id: UUID, rules_version: int) -> UUID:
        """One record per version; versions are 1, 2, 3 … without a gap."""
        return uuid5(catalogue_id, f"budget-rules:{rules_version}")

    @recorded_by(Proposed)
    def __init__(
        self,
        act: Act,
        catalogue_id: UUID,
        rules_version: int,
        legal_basis: str,
        valid_from: date,
        valid_until: date | None,
        sample: bool,
        averaged_years: int,
        averaged_source_codes: tuple[str, ...],
        transfers: tuple[SourcePair, ...],
    ) -> None:
        self.proposed_by = act.person_id
        self.catalogue_id = catalogue_id
        self.rules_version = rules_version
        self.legal_basis = legal_basis
        self.valid_from = valid_from
        self.valid_until = valid_until
        self.sample = sample
        self.averaged_years = averaged_years
        self.averaged_source_codes = averaged_source_codes
        self.transfers = transfers
        self.document: str | None = None

    @classmethod
    def propose(
        cls,
        act: Act,
        catalogue: Catalogue,
        *,
        rules_version: int,
        legal_basis: str,
        valid_from: date,
        valid_until: date | None,
        sample: bool,
        averaged_years: int,
        averaged_source_codes: tuple[str, ...],
        transfers: tuple[SourcePair, ...],
    ) -> Self:
        """A new version, which counts for nothing until somebody else adopts it.

        Raises BudgetRulesEndBeforeTheyStart and SourceUnknown.
        """
        if valid_until is not None and valid_until < valid_from:
            raise BudgetRulesEndBeforeTheyStart("valid_until")
        for index, source_code in enumerate(averaged_source_codes):
            catalogue.must_have_source(source_code, f"averaged_source_codes[{index}]")
        for index, pair in enumerate(transfers):
            catalogue.must_have_source(pair.from_source_code, f"transfers[{index}].from_source_code")
            catalogue.must_have_source(pair.to_source_code, f"transfers[{index}].to_source_code")
        return cls(
            act=act,
            catalogue_id=catalogue.id,
            rules_version=rules_version,
            legal_basis=legal_basis,
            valid_from=valid_from,
            valid_until=valid_until,
            sample=sample,
            averaged_years=averaged_years,
            averaged_source_codes=averaged_source_codes,
            transfers=transfers,
        )

    @recorded_by(Adopted)
    def _adopted(self, act: Act) -> None:
        self.document = act.document

    def let_move(self, from_source_code: str, to_source_code: str) -> bool:
        """Whether money of one source may go to the other."""
        return SourcePair(from_source_code, to_source_code) in self.transfers
