"""The numbers by which enterprises are known, and the claim that keeps one number from being registered twice."""

from __future__ import annotations

import re
from enum import StrEnum
from uuid import UUID

from stdnum.exceptions import ValidationError
from stdnum.vn import mst

from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Invalid


class TaxCodeIncorrect(Invalid):
    """A tax code has 10 digits, or 13 for a branch, and its check digit fits."""

    sentence = "Mã số thuế không đúng: cần 10 chữ số (hoặc 13 chữ số đối với chi nhánh) với số kiểm tra hợp lệ."


class PersonalIdIncorrect(Invalid):
    """A personal identity number has twelve digits, the first of them 0."""

    sentence = "Số định danh cá nhân không đúng: cần 12 chữ số, bắt đầu bằng số 0."


class CooperativeNumberIncorrect(Invalid):
    """A cooperative's registration number is made of 5 to 20 letters, digits, dots, slashes and hyphens."""

    sentence = "Số đăng ký hợp tác xã không đúng định dạng."


class DecisionNumberIncorrect(Invalid):
    """A decision's number is number/type-issuer, such as 123/QĐ-UBND."""

    sentence = "Số quyết định thành lập không đúng định dạng, ví dụ 123/QĐ-UBND."


class IdentifierCodeMissing(Invalid):
    """Every kind of identifier but NONE has a code."""

    sentence = "Thiếu mã định danh."


class IdentifierCodeUnexpected(Invalid):
    """An enterprise without an identifier has no code either."""

    sentence = "Đã chọn không có mã định danh thì không được khai mã."


class IdentifierReasonMissing(Invalid):
    """That there is no identifier needs a reason of 10 characters at least."""

    sentence = "Cần nêu lý do không có mã định danh (ít nhất 10 ký tự)."


class IdentifierReasonUnexpected(Invalid):
    """A reason is given only where there is no identifier."""

    sentence = "Chỉ nêu lý do khi không có mã định danh."


class IdentifierKind(StrEnum):
    """The kind of number by which an enterprise is known."""

    TAX_CODE = "TAX_CODE"
    PERSONAL_ID = "PERSONAL_ID"
    COOPERATIVE_NUMBER = "COOPERATIVE_NUMBER"
    DECISION_NUMBER = "DECISION_NUMBER"
    NONE = "NONE"


LEGAL_PERSON_DIGITS = 10
"""So many digits of a tax code name the legal person; the three that may follow name its branch."""

_PERSONAL_ID = re.compile(r"0[0-9]{11}")
_COOPERATIVE_NUMBER = re.compile(r"[0-9A-Z][0-9A-ZĐ./-]{4,19}")
_DECISION_NUMBER = re.compile(r"[0-9]{1,6}(/[12][0-9]{3})?/[A-ZĐ]{1,10}-[A-ZĐ0-9-]{1,20}")


def checked_tax_code(code: str, field: str) -> str:
    """The tax code in its compact form: digits only; refuses one that was never issued."""
    try:
        return str(mst.validate(code))
    except ValidationError:
        raise TaxCodeIncorrect(field) from None


def checked_personal_id(code: str, field: str) -> str:
    """A person's number; refuses what can be nobody's, without repeating it."""
    return _matching(_PERSONAL_ID, code, PersonalIdIncorrect(field))


def checked_code(kind: IdentifierKind, code: str | None, reason: str | None, field: str = "identifier") -> str | None:
    """The code in the one form in which it is compared, or None where there is none for a reason.

    Refusals never repeat the code: it may be a person's number.
    """
    if kind is IdentifierKind.NONE:
        if code:
            raise IdentifierCodeUnexpected(f"{field}.code")
        if reason is None or len(reason) < 10:
            raise IdentifierReasonMissing(f"{field}.reason")
        return None
    if reason:
        raise IdentifierReasonUnexpected(f"{field}.reason")
    if not code:
        raise IdentifierCodeMissing(f"{field}.code")
    path = f"{field}.code"
    if kind is IdentifierKind.TAX_CODE:
        return checked_tax_code(code, path)
    if kind is IdentifierKind.PERSONAL_ID:
        return checked_personal_id(code, path)
    if kind is IdentifierKind.COOPERATIVE_NUMBER:
        return _matching(_COOPERATIVE_NUMBER, code.upper(), CooperativeNumberIncorrect(path))
    return _matching(_DECISION_NUMBER, code.upper(), DecisionNumberIncorrect(path))


def numbered(code: str, field: str) -> tuple[IdentifierKind, str]:
    """What a number in a list is, and its one form: 12 digits are a person's, others a tax code.

    A spreadsheet that takes a number for an amount drops the zero it begins with: it is given back.
    """
    if code.isdigit() and (len(code) in (9, 11) or (len(code) == 12 and code[0] != "0")):
        code = f"0{code}"
    kind = IdentifierKind.PERSONAL_ID if _PERSONAL_ID.fullmatch(code) else IdentifierKind.TAX_CODE
    return kind, code if kind is IdentifierKind.PERSONAL_ID else checked_tax_code(code, field)


def _matching(pattern: re.Pattern[str], code: str, refusal: Invalid) -> str:
    if not pattern.fullmatch(code):
        raise refusal
    return code


class Identifier(Record):
    """The claim of one holder on one number; it exists once per number, so a second claim meets the first.

    The branches of a legal person share its claim.

    Its id is derived by the application from a keyed digest of the number, because a bare number, even hashed, could be
    guessed back to a person.
    """

    TOPIC = "registry:Identifier"

    class Event(Record.Event):
        """Something that happened to the claim on a number (sự kiện)."""

    class Claimed(Event, Record.Created):
        """A number was claimed by its holder (ghi nhận mã định danh)."""

        TOPIC = "registry:Identifier.Claimed"
        holder_id: UUID

        def sentence(self) -> str:
            return "Ghi nhận mã định danh đã được sử dụng để đăng ký."

    Created = Claimed

    @recorded_by(Claimed)
    def __init__(self, act: Act, id: UUID, holder_id: UUID) -> None:  # noqa: A002 - the library's name
        self.holder_id = holder_id

    @classmethod
    def claim(cls, act: Act, claim_id: UUID, holder_id: UUID) -> Identifier:
        """Claim the number behind ``claim_id`` for an enterprise or a delivering organisation."""
        return cls(act=act, id=claim_id, holder_id=holder_id)
