"""What of an enterprise changes with time: size, lines of business, premises, legal form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import msgspec

from services.registry.application.addresses import Addresses
from services.registry.application.registry import Registry
from services.registry.domain.business_line import BusinessLine, EndedLine
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.premises import Premises
from services.registry.domain.registration import LegalForm, Particulars
from services.registry.domain.size import SizeLimit, SizeRuleMissing, SizeRules, YearFigures
from services.shared.event_store import Call, EventLog, Saved
from services.shared.personal_data import Sealed, SubjectKeys


class ChangingParticulars:
    """Each change is told by a document and counts from a day; what was before stays known."""

    def __init__(self, log: EventLog, registry: Registry, addresses: Addresses, subject_keys: SubjectKeys) -> None:
        self._log = log
        self._registry = registry
        self._addresses = addresses
        self._subject_keys = subject_keys

    def adopt_size_rule(
        self, call: Call, *, valid_from: date, limits: tuple[SizeLimit, ...], sample: bool
    ) -> Saved[SizeRules]:
        """Say by which limits size is told from a day on."""
        rules = self._size_rules() or SizeRules.open(call.act)
        rules.adopt(call.act, valid_from=valid_from, limits=limits, sample=sample)
        return self._log.save_for(call, rules)

    def record_size(self, call: Call, *, enterprise_id: UUID, figures: YearFigures) -> Saved[Enterprise]:
        """Record how large an enterprise was in a year; SizeRuleMissing."""
        enterprise = self._log.load(Enterprise, enterprise_id, etag=call.etag)
        rules = self._size_rules()
        if rules is None:
            raise SizeRuleMissing(year=figures.year)
        enterprise.record_size(call.act, rules.rule_for(figures.year), figures)
        return self._log.save_for(call, enterprise)

    def change_business_lines(
        self, call: Call, *, enterprise_id: UUID, added: tuple[BusinessLine, ...], ended: tuple[EndedLine, ...]
    ) -> Saved[Enterprise]:
        enterprise = self._log.load(Enterprise, enterprise_id, etag=call.etag)
        enterprise.change_business_lines(call.act, added, ended)
        return self._log.save_for(call, enterprise)

    def move_enterprise(
        self, call: Call, *, enterprise_id: UUID, unit_code: str, street: str | None, written_on: date | None
    ) -> Saved[Enterprise]:
        """Record a move to an address whose unit is one of ``written_on``, else of the act's effective date.

        AddressInSeveralUnits; SubjectErased where the owner's data were erased.
        """
        enterprise = self._log.load(Enterprise, enterprise_id, etag=call.etag)
        day = call.act.effective_on
        code = self._addresses.code_on(unit_code, named_on=written_on or day, day=day)
        moved = replace(self._registry.opened_particulars(enterprise), street=street)

        def seal(particulars: Particulars) -> Sealed:
            return self._subject_keys.seal(enterprise_id, msgspec.json.encode(particulars).decode())

        enterprise.move(call.act, code, moved, seal)
        return self._log.save_for(call, enterprise)

    def get_premises(self, enterprise_id: UUID, on_date: date) -> tuple[Premises, str]:
        """Where an enterprise was on a day, as recorded, and the code of that unit on that day."""
        premises = self._log.load(Enterprise, enterprise_id).premises_on(on_date)
        return premises, self._addresses.code_on(premises.unit_code, named_on=premises.named_on, day=on_date)

    def change_legal_form(self, call: Call, *, enterprise_id: UUID, legal_form: LegalForm) -> Saved[Enterprise]:
        enterprise = self._log.load(Enterprise, enterprise_id, etag=call.etag)
        enterprise.change_legal_form(call.act, legal_form)
        return self._log.save_for(call, enterprise)

    def _size_rules(self) -> SizeRules | None:
        return self._log.find(SizeRules, SizeRules.create_id())
