"""What an enterprise says of itself when it asks to be registered: its legal form, its number, its particulars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.registry.domain.business_line import BusinessLine
from services.registry.domain.identifier import IdentifierKind, checked_code
from services.shared.refusals import Forbidden, Invalid


class LegalFormOutsideTargetGroup(Invalid):
    """Each legal form belongs to one target group of the plan."""

    sentence = "Loại hình {legal_form} không thuộc nhóm đối tượng {target_group}."


class IdentifierKindOutsideLegalForm(Invalid):
    """Each legal form is known by the numbers the law gives it: whoever could choose another would come in twice."""

    sentence = "Loại mã định danh này không dùng cho loại hình {legal_form}."


class IdentifierMissingByOwnWord(Forbidden):
    """An enterprise cannot say of itself that it has no number; a programme officer, who has looked, can."""

    sentence = "Chỉ cán bộ chương trình được xác nhận cơ sở không có mã định danh."


class LegalFormUnchanged(Invalid):
    """A change of form leads to another form."""

    sentence = "Cơ sở đã là {legal_form}."


class LegalFormNeedsSuccessor(Invalid):
    """A household business is its owner: what it becomes is another enterprise."""

    sentence = "Hộ kinh doanh chuyển đổi thành loại hình khác, hoặc ngược lại, phải đăng ký cơ sở mới rồi ghi kế thừa."


class TargetGroup(StrEnum):
    """The four groups that may be helped (Kế hoạch 134/KH-UBND, II.1.a)."""

    ENTERPRISE = "ENTERPRISE"
    COOPERATIVE = "COOPERATIVE"
    SEED_CENTRE = "SEED_CENTRE"
    OTHER_ESTABLISHMENT = "OTHER_ESTABLISHMENT"

    @property
    def term(self) -> str:
        """The group in the plan's words."""
        return _GROUP_TERMS[self]


class LegalForm(StrEnum):
    """The legal form of an enterprise; it decides the target group and whether name and number are personal."""

    LIMITED_COMPANY = "LIMITED_COMPANY"
    JOINT_STOCK_COMPANY = "JOINT_STOCK_COMPANY"
    PARTNERSHIP = "PARTNERSHIP"
    PRIVATE_ENTERPRISE = "PRIVATE_ENTERPRISE"
    COOPERATIVE = "COOPERATIVE"
    COOPERATIVE_UNION = "COOPERATIVE_UNION"
    PUBLIC_SERVICE_UNIT = "PUBLIC_SERVICE_UNIT"
    HOUSEHOLD_BUSINESS = "HOUSEHOLD_BUSINESS"
    COOPERATIVE_GROUP = "COOPERATIVE_GROUP"
    OTHER_ESTABLISHMENT = "OTHER_ESTABLISHMENT"

    @property
    def term(self) -> str:
        """The form in Vietnamese law's words."""
        return _FORMS[self][1]

    @property
    def target_group(self) -> TargetGroup:
        return _FORMS[self][0]

    @property
    def personal(self) -> bool:
        """A household business is its owner: name, number and street are the owner's personal data."""
        return self is LegalForm.HOUSEHOLD_BUSINESS

    def check_known_by(self, kind: IdentifierKind, field: str) -> None:
        """Raises IdentifierKindOutsideLegalForm when the law gives this form no number of the kind."""
        if kind not in _KINDS_OF_FORM[self]:
            raise IdentifierKindOutsideLegalForm(field, legal_form=self.term)


_GROUP_TERMS = {
    TargetGroup.ENTERPRISE: "doanh nghiệp",
    TargetGroup.COOPERATIVE: "hợp tác xã",
    TargetGroup.SEED_CENTRE: "trung tâm giống",
    TargetGroup.OTHER_ESTABLISHMENT: "cơ sở sản xuất, kinh doanh, dịch vụ khác",
}
_FORMS = {
    LegalForm.LIMITED_COMPANY: (TargetGroup.ENTERPRISE, "công ty trách nhiệm hữu hạn"),
    LegalForm.JOINT_STOCK_COMPANY: (TargetGroup.ENTERPRISE, "công ty cổ phần"),
    LegalForm.PARTNERSHIP: (TargetGroup.ENTERPRISE, "công ty hợp danh"),
    LegalForm.PRIVATE_ENTERPRISE: (TargetGroup.ENTERPRISE, "doanh nghiệp tư nhân"),
    LegalForm.COOPERATIVE: (TargetGroup.COOPERATIVE, "hợp tác xã"),
    LegalForm.COOPERATIVE_UNION: (TargetGroup.COOPERATIVE, "liên hiệp hợp tác xã"),
    LegalForm.PUBLIC_SERVICE_UNIT: (TargetGroup.SEED_CENTRE, "đơn vị sự nghiệp công lập"),
    LegalForm.HOUSEHOLD_BUSINESS: (TargetGroup.OTHER_ESTABLISHMENT, "hộ kinh doanh"),
    LegalForm.COOPERATIVE_GROUP: (TargetGroup.OTHER_ESTABLISHMENT, "tổ hợp tác"),
    LegalForm.OTHER_ESTABLISHMENT: (TargetGroup.OTHER_ESTABLISHMENT, "cơ sở khác"),
}
_COMPANY_KINDS = {IdentifierKind.TAX_CODE}
_COOPERATIVE_KINDS = {IdentifierKind.TAX_CODE, IdentifierKind.COOPERATIVE_NUMBER}
_OTHER_KINDS = {IdentifierKind.TAX_CODE, IdentifierKind.DECISION_NUMBER, IdentifierKind.NONE}
_KINDS_OF_FORM = {
    LegalForm.LIMITED_COMPANY: _COMPANY_KINDS,
    LegalForm.JOINT_STOCK_COMPANY: _COMPANY_KINDS,
    LegalForm.PARTNERSHIP: _COMPANY_KINDS,
    LegalForm.PRIVATE_ENTERPRISE: _COMPANY_KINDS,
    LegalForm.COOPERATIVE: _COOPERATIVE_KINDS,
    LegalForm.COOPERATIVE_UNION: _COOPERATIVE_KINDS,
    LegalForm.PUBLIC_SERVICE_UNIT: _OTHER_KINDS,
    LegalForm.HOUSEHOLD_BUSINESS: {IdentifierKind.PERSONAL_ID, IdentifierKind.TAX_CODE},
    LegalForm.COOPERATIVE_GROUP: _COOPERATIVE_KINDS | _OTHER_KINDS,
    LegalForm.OTHER_ESTABLISHMENT: _OTHER_KINDS,
}


@dataclass(frozen=True)
class Particulars:
    """What tells one enterprise from another; of a household business all of it is personal data."""

    display_name: str
    identifier_code: str | None
    street: str | None


class RegistrationInFuture(Invalid):
    """Nobody is registered before it has been registered as a business."""

    sentence = "Ngày đăng ký kinh doanh không thể sau ngày có hiệu lực của việc đăng ký."


@dataclass(frozen=True)
class Registration:
    """An enterprise as it asks to be registered.

    ``unit_code`` has been found in force on the act's day; ``particulars.identifier_code`` is as the person wrote it.
    """

    target_group: TargetGroup
    legal_form: LegalForm
    identifier_kind: IdentifierKind
    no_identifier_reason: str | None
    particulars: Particulars
    unit_code: str
    business_lines: tuple[BusinessLine, ...]
    registered_on: date

    def checked_identifier(self, capacity: str) -> str | None:
        """The identifier's code in its one form; refuses a kind that the legal form or the capacity does not allow."""
        self.legal_form.check_known_by(self.identifier_kind, "identifier.kind")
        if self.identifier_kind is IdentifierKind.NONE and capacity != "programme_officer":
            raise IdentifierMissingByOwnWord()
        return checked_code(self.identifier_kind, self.particulars.identifier_code, self.no_identifier_reason)
