"""Receipts for applications, numbered by the register of the body that called for them."""

from __future__ import annotations

from services.shared.event_store import Call, EventLog
from services.support.domain.document_register import DocumentRegister
from services.support.domain.task import Task

RECEIPT_TYPE = "GTN"
"""The type of document under which a body registers its receipts (giấy tiếp nhận hồ sơ)."""


def receipted(log: EventLog, call: Call, task: Task, issuer: str) -> list[DocumentRegister]:
    """Give the application the next number of its receiver's receipts: the register, to go into the same append.

    None where that body keeps no such register in the act's year. Raises what ``DocumentRegister.issue`` does.
    """
    register_id = DocumentRegister.create_id(issuer, RECEIPT_TYPE, call.act.effective_on.year)
    register = log.find(DocumentRegister, register_id)
    if register is None:
        return []
    subject = f"Tiếp nhận hồ sơ “{task.title}”"
    receipt = register.issue(call.act, body=issuer, subject=subject, person_id=call.act.person_id, drafting_unit=None)
    task.give_receipt(call.act, receipt=receipt)
    return [register]
