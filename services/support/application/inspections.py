"""Inspections of contracts: payments wait while one asks for it, and what it upholds comes back by recoveries."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.record import document_of
from services.shared.refusals import Taken
from services.support.application.registry import Registry, must_represent
from services.support.domain.contract import Contract
from services.support.domain.contract_refusals import ParticipationNotInContract
from services.support.domain.inspection import FindingKind, Inspection, UpheldFinding
from services.support.domain.task import Task


class InspectionAlreadyOpened(Taken):
    """A document opens an inspection of a contract once."""

    sentence = "Văn bản {document} đã mở cuộc thanh tra đối với hợp đồng này."


class Inspections:
    """Acts on inspections; a hold on payments lies on the contract, set and lifted in the same append."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry

    def open_inspection(self, call: Call, *, task_id: UUID, scope: str, holds_payments: bool) -> Saved[Inspection]:
        contract = self._log.load(Contract, Contract.create_id(task_id), etag=call.etag)
        document = document_of(call.act)
        if self._log.find(Inspection, Inspection.create_id(task_id, document)):
            raise InspectionAlreadyOpened(document=document)
        inspection = Inspection.open(
            call.act,
            task_id=task_id,
            party_body=contract.party_body,
            scope=scope,
            holds_payments=holds_payments,
        )
        if not holds_payments:
            return self._log.save_for(call, inspection)
        contract.hold_payments(call.act, case_number=document, reason=scope)
        return self._log.save_for(call, inspection, contract)

    def record_inspection_finding(
        self,
        call: Call,
        *,
        inspection_id: UUID,
        kind: FindingKind,
        participation_id: UUID | None,
        amount_vnd: int,
        description: str,
        evidence: str,
    ) -> Saved[Inspection]:
        inspection = self._inspection(call, inspection_id)
        contract = self._contract(inspection.task_id)
        if participation_id is not None and participation_id not in contract.paid_vnd_of:
            raise ParticipationNotInContract(participation_id=participation_id)
        inspection.record_finding(
            call.act,
            kind=kind,
            participation_id=participation_id,
            amount_vnd=amount_vnd,
            description=description,
            evidence=evidence,
            paid_vnd=contract.paid_vnd if participation_id is None else contract.paid_vnd_of[participation_id],
        )
        return self._log.save_for(call, inspection)

    def announce_inspection_findings(self, call: Call, *, inspection_id: UUID, answer_by: date) -> Saved[Inspection]:
        inspection = self._inspection(call, inspection_id)
        inspection.announce_findings(call.act, answer_by=answer_by)
        return self._log.save_for(call, inspection)

    def answer_inspection(self, call: Call, *, inspection_id: UUID, answer: str) -> Saved[Inspection]:
        inspection = self._inspection(call, inspection_id)
        inspection.take_answer(call.act, answer=answer)
        must_represent(self._registry, call.act, self._log.load(Task, inspection.task_id).host_organisation_id)
        return self._log.save_for(call, inspection)

    def conclude_inspection(
        self, call: Call, *, inspection_id: UUID, summary: str, upheld: tuple[UpheldFinding, ...]
    ) -> Saved[Inspection]:
        inspection = self._inspection(call, inspection_id)
        inspection.conclude(call.act, summary=summary, upheld=upheld)
        contract = self._contract(inspection.task_id)
        if inspection.document not in contract.holds:
            return self._log.save_for(call, inspection)
        contract.lift_payment_hold(call.act, case_number=inspection.document, reason=summary)
        return self._log.save_for(call, inspection, contract)

    def get_inspection(self, inspection_id: UUID) -> Inspection:
        return self._log.load(Inspection, inspection_id)

    def _inspection(self, call: Call, inspection_id: UUID) -> Inspection:
        return self._log.load(Inspection, inspection_id, etag=call.etag)

    def _contract(self, task_id: UUID) -> Contract:
        return self._log.load(Contract, Contract.create_id(task_id))
