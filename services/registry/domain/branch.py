"""Branches of legal persons: part of one enterprise, at premises and under numbers of their own.

A branch's number is that of its legal person and three digits more (Thông tư 86/2024/TT-BTC, Điều 5). It is no
enterprise: what is granted under its number is granted to its legal person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid5

from services.registry.domain.enterprise import Enterprise
from services.registry.domain.identifier import LEGAL_PERSON_DIGITS, IdentifierKind, checked_tax_code
from services.shared.record import Act, Record, document_of, recorded_by
from services.shared.refusals import Invalid, Missing, Refusal, Taken


class BranchNumberOfAnother(Invalid):
    """A branch's number begins with that of its legal person."""

    sentence = "Mã số chi nhánh phải gồm mã số thuế của cơ sở và ba chữ số từ 001 đến 999."


class BranchNeedsLegalPerson(Refusal):
    """Only who is known by a tax code, and is no person, has branches with numbers of their own."""

    sentence = "Chỉ cơ sở có mã số thuế và không phải hộ kinh doanh mới có chi nhánh mang mã số riêng."


class BranchAlreadyOpened(Taken):
    """A branch's number is used once, and not again when it has closed."""

    sentence = "Chi nhánh mang mã số {number} đã được ghi nhận."


class BranchBeforeEnterprise(Invalid):
    """An enterprise is there before its branches."""

    sentence = "Chi nhánh không thể hoạt động trước ngày đăng ký của cơ sở."


class BranchUnknown(Missing):
    """The enterprise has no such branch."""

    sentence = "Cơ sở không có chi nhánh mang mã số {number}."


class BranchAlreadyClosed(Refusal):
    """A branch closes once."""

    sentence = "Chi nhánh này đã chấm dứt hoạt động từ ngày {closed_on:%d/%m/%Y}."


class BranchClosedBeforeOpened(Invalid):
    """A branch is open for a day at least."""

    sentence = "Chi nhánh phải chấm dứt hoạt động sau ngày {opened_on:%d/%m/%Y}, khi bắt đầu hoạt động."


@dataclass(frozen=True)
class Branch:
    """One branch; it is there from ``opened_on`` to the day before ``closed_on``.

    ``number`` has 13 digits; ``unit_code`` is the unit that bore the code on ``opened_on``.
    """

    number: str
    display_name: str
    unit_code: str
    street: str | None
    document: str
    opened_on: date
    closed_on: date | None = None


class Branches(Record):
    """All branches of one enterprise."""

    TOPIC = "registry:Branches"

    class Event(Record.Event):
        """Something that happened to an enterprise's branches (sự kiện)."""

        enterprise_id: UUID

    class Opened(Event, Record.Created):
        """Branches of an enterprise began to be kept (theo dõi chi nhánh)."""

        TOPIC = "registry:Branches.Opened"

        def sentence(self) -> str:
            return "Bắt đầu theo dõi chi nhánh của một cơ sở."

    class BranchOpened(Event):
        """A branch was opened (mở chi nhánh)."""

        TOPIC = "registry:Branches.BranchOpened"
        branch: Branch

        def sentence(self) -> str:
            return (
                f"Mở chi nhánh {self.branch.display_name}, mã số {self.branch.number}, tại đơn vị hành chính "
                f"{self.branch.unit_code} từ ngày {self.branch.opened_on:%d/%m/%Y}."
            )

    class BranchClosed(Event):
        """A branch was closed (đóng chi nhánh)."""

        TOPIC = "registry:Branches.BranchClosed"
        number: str

        def sentence(self) -> str:
            return (
                f"Chi nhánh mã số {self.number} chấm dứt hoạt động từ ngày {self.act.effective_on:%d/%m/%Y} "
                f"theo {self.act.document}."
            )

    Created = Opened

    @recorded_by(Opened)
    def __init__(self, act: Act, enterprise_id: UUID) -> None:
        self.enterprise_id = enterprise_id
        self.branches: tuple[Branch, ...] = ()

    @staticmethod
    def create_id(enterprise_id: UUID) -> UUID:
        """The id under which an enterprise's branches are found again."""
        return uuid5(enterprise_id, "branches")

    @classmethod
    def open(cls, act: Act, enterprise_id: UUID) -> Branches:
        """Begin to keep an enterprise's branches."""
        return cls(act=act, enterprise_id=enterprise_id)

    def open_branch(
        self, act: Act, enterprise: Enterprise, *, number: str, display_name: str, unit_code: str, street: str | None
    ) -> None:
        """Open a branch by the act's document, from its effective date on; refuses a number of another enterprise."""
        document = document_of(act)
        code = _branch_code(enterprise, number)
        if any(branch.number == code for branch in self.branches):
            raise BranchAlreadyOpened(number=code)
        if act.effective_on < enterprise.registered_on:
            raise BranchBeforeEnterprise("basis.effective_on")
        enterprise.must_exist_on(act.effective_on)
        branch = Branch(code, display_name, unit_code, street, document, act.effective_on)
        self._branch_opened(act=act, enterprise_id=self.enterprise_id, branch=branch)

    @recorded_by(BranchOpened)
    def _branch_opened(self, act: Act, enterprise_id: UUID, branch: Branch) -> None:
        self.branches = (*self.branches, branch)

    def close_branch(self, act: Act, number: str) -> None:
        """Close a branch by the act's document: on its effective date it is no more."""
        document_of(act)
        branch = next((branch for branch in self.branches if branch.number == number), None)
        if branch is None:
            raise BranchUnknown(number=number)
        if branch.closed_on is not None:
            raise BranchAlreadyClosed(closed_on=branch.closed_on)
        if act.effective_on <= branch.opened_on:
            raise BranchClosedBeforeOpened("basis.effective_on", opened_on=branch.opened_on)
        self._branch_closed(act=act, enterprise_id=self.enterprise_id, number=number)

    @recorded_by(BranchClosed)
    def _branch_closed(self, act: Act, enterprise_id: UUID, number: str) -> None:
        self.branches = tuple(
            replace(branch, closed_on=act.effective_on) if branch.number == number else branch
            for branch in self.branches
        )


def _branch_code(enterprise: Enterprise, number: str) -> str:
    """A branch's number in its one form; refuses one that is not of the enterprise."""
    if enterprise.particulars is None or enterprise.identifier_kind is not IdentifierKind.TAX_CODE:
        raise BranchNeedsLegalPerson()
    code, own = checked_tax_code(number, "number"), enterprise.particulars.identifier_code or ""
    if len(code) == LEGAL_PERSON_DIGITS or code[:LEGAL_PERSON_DIGITS] != own[:LEGAL_PERSON_DIGITS]:
        raise BranchNumberOfAnother("number")
    if code == own:
        raise BranchAlreadyOpened(number=code)
    return code
