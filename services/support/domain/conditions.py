"""The conditions of the plan as rules: facts in, a verdict with its reasons out (Kế hoạch 134/KH-UBND, II).

A rule is known by its condition's code and its version. A rule that changes gets the next version and the old one
stays, because every verdict in the log names the version that made it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.shared.refusals import Refusal
from services.support.domain.norm_terms import SizeEvidence
from services.support.domain.overlap import (
    Funding,
    Overlap,
    OverlapOutcome,
    OverlapRuling,
    OverlapVerdict,
    StateMoney,
    UndertakingMember,
)

__all__ = [
    "RULES",
    "Condition",
    "Eligibility",
    "Standing",
    "StandingField",
    "StopFlag",
    "Verdict",
    "VsicPrefix",
    "judge",
    "unmet_reasons",
]


@dataclass(frozen=True)
class Condition:
    """A condition of the catalogue, where in the plan it stands, and which version of its rule judges it."""

    code: str
    text: str
    place: str
    rule_version: int


@dataclass(frozen=True)
class VsicPrefix:
    """The industries a content concerns: those of a scheme (VSIC2018, VSIC2025) whose code begins so."""

    scheme: str
    prefix: str

    def holds(self, line: str) -> bool:
        """Whether a business line, told as ``1061 (VSIC2018)``, belongs to them."""
        return line.startswith(self.prefix) and line.endswith(f"({self.scheme})")

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.scheme})"


class StandingField(StrEnum):
    """The duties whose fulfilment other bodies attest."""

    TAX = "TAX"
    INSURANCE = "INSURANCE"
    ENVIRONMENT = "ENVIRONMENT"


STANDING_FIELD_IN_WORDS = {
    StandingField.TAX: "thuế",
    StandingField.INSURANCE: "bảo hiểm",
    StandingField.ENVIRONMENT: "môi trường",
}


@dataclass(frozen=True)
class Standing:
    """What a body attested of one duty for the day asked about; ``fulfilled`` is None where nobody did."""

    field: StandingField
    fulfilled: bool | None
    body: str
    document: str


@dataclass(frozen=True)
class StopFlag:
    """A body's warning, in force on the day asked about, not to support an enterprise of the undertaking."""

    enterprise_id: UUID
    body: str
    document: str
    reason: str


class EnterpriseFlagged(Refusal):
    """A stop flag on an enterprise, or on one that counts as one with it, stops every step that leads to money."""

    sentence = "Cơ sở {enterprise_id} đang bị {body} cảnh báo tạm dừng theo {document}: {reason}"


class EnterpriseEnded(Refusal):
    """An enterprise that is no more is neither screened, selected nor paid for."""

    sentence = "Cơ sở {enterprise_id} đã chấm dứt tồn tại từ ngày {ended_on:%d/%m/%Y}."


@dataclass(frozen=True)
class Eligibility:
    """What the registry knows of an enterprise and a content on one day, as of a position of its log.

    ``other_fundings`` is what it has from other schemes on that day, ``undertaking_fundings`` what any of the
    ``members`` had at any time; these are the enterprises that count as one with it on that day, itself first.
    ``size`` is that of the year before; None where nobody recorded it.
    """

    enterprise_id: UUID
    content_code: str
    on_date: date
    business_lines: tuple[str, ...]
    standings: tuple[Standing, ...]
    other_fundings: tuple[Funding, ...]
    members: tuple[UndertakingMember, ...]
    registry_position: int
    undertaking_fundings: tuple[StateMoney, ...] = ()
    size: SizeEvidence | None = None
    stop_flags: tuple[StopFlag, ...] = ()
    ended_on: date | None = None

    @property
    def undertaking(self) -> tuple[UUID, ...]:
        """The members by their ids."""
        return tuple(member.enterprise_id for member in self.members)

    def must_go_on(self) -> None:
        """Raises EnterpriseEnded when the enterprise is no more on the day asked about."""
        if self.ended_on is not None and self.ended_on <= self.on_date:
            raise EnterpriseEnded(enterprise_id=self.enterprise_id, ended_on=self.ended_on)

    def must_not_be_stopped(self) -> None:
        """The enterprise goes on, and nobody has flagged it or another of its undertaking.

        Raises EnterpriseEnded and EnterpriseFlagged.
        """
        self.must_go_on()
        for flag in self.stop_flags:
            raise EnterpriseFlagged(**vars(flag))


@dataclass(frozen=True)
class Verdict:
    """What one version of a rule, which stands at ``article``, said of one participation, from what, and why."""

    condition_code: str
    met: bool
    inputs: tuple[str, ...]
    rule_version: int
    reason: str
    article: str


@dataclass(frozen=True)
class _Case:
    """All a rule may look at."""

    eligibility: Eligibility
    overlap: Overlap
    holds_claim: bool
    application_valid: bool
    vsic_prefixes: tuple[VsicPrefix, ...]


@dataclass(frozen=True)
class _Finding:
    met: bool
    inputs: tuple[str, ...]
    reason: str


def judge(
    conditions: Iterable[Condition],
    eligibility: Eligibility,
    overlap: Overlap,
    *,
    holds_claim: bool,
    application_valid: bool,
    vsic_prefixes: tuple[VsicPrefix, ...] = (),
) -> tuple[Verdict, ...]:
    """One verdict per condition, in the catalogue's order; every rule is asked, also after one said no.

    ``vsic_prefixes`` are the industries that the catalogue says the content concerns; none where it says nothing.
    """
    case = _Case(eligibility, overlap, holds_claim, application_valid, vsic_prefixes)
    verdicts = []
    for condition in conditions:
        finding = RULES[condition.code, condition.rule_version](case)
        verdicts.append(
            Verdict(
                condition_code=condition.code,
                met=finding.met,
                inputs=finding.inputs,
                rule_version=condition.rule_version,
                reason=finding.reason,
                article=condition.place,
            )
        )
    return tuple(verdicts)


def unmet_reasons(verdicts: Iterable[Verdict]) -> str:
    """Why a participation is not eligible: the reason of each condition not met."""
    return " ".join(f"{verdict.condition_code}: {verdict.reason}" for verdict in verdicts if not verdict.met)


def _works_in_registered_line(case: _Case) -> _Finding:
    """C1: đúng ngành nghề đăng ký kinh doanh (II.2.a)."""
    lines = case.eligibility.business_lines
    inputs = tuple(f"Ngành nghề đã đăng ký: {line}" for line in lines)
    if not lines:
        return _Finding(False, ("Không có ngành nghề nào được đăng ký vào ngày xét.",), "Chưa đăng ký ngành nghề.")
    return _Finding(True, inputs, f"Có {len(lines)} ngành nghề đăng ký còn hiệu lực vào ngày xét.")


def _works_in_line_of_content(case: _Case) -> _Finding:
    """C1, version 2: one of the registered lines belongs to an industry of the content, where it names any (II.2.a)."""
    registered = _works_in_registered_line(case)
    if not registered.met or not case.vsic_prefixes:
        return registered
    concerned = ", ".join(map(str, case.vsic_prefixes))
    inputs = (*registered.inputs, f"Ngành nghề của nội dung: {concerned}")
    lines = [line for line in case.eligibility.business_lines if any(each.holds(line) for each in case.vsic_prefixes)]
    if not lines:
        return _Finding(False, inputs, f"Không có ngành nghề đăng ký nào thuộc ngành nghề của nội dung: {concerned}.")
    return _Finding(True, inputs, f"Ngành nghề đăng ký thuộc ngành nghề của nội dung: {', '.join(lines)}.")


def _meets_duties(case: _Case) -> _Finding:
    """C2: nghĩa vụ thuế, bảo hiểm, môi trường (II.2.a); a duty nobody attested counts as not shown."""
    standing_of = {standing.field: standing for standing in case.eligibility.standings}
    inputs, unmet = [], []
    for field, words in STANDING_FIELD_IN_WORDS.items():
        standing = standing_of.get(field)
        if standing is None or standing.fulfilled is None:
            inputs.append(f"Nghĩa vụ {words}: chưa có xác nhận.")
            unmet.append(f"{words} (chưa có xác nhận)")
            continue
        said = "đã thực hiện đầy đủ" if standing.fulfilled else "chưa thực hiện đầy đủ"
        inputs.append(f"Nghĩa vụ {words}: {said}, theo {standing.document} của {standing.body}.")
        if not standing.fulfilled:
            unmet.append(f"{words} (chưa thực hiện đầy đủ)")
    if unmet:
        return _Finding(False, tuple(inputs), f"Chưa đáp ứng nghĩa vụ: {', '.join(unmet)}.")
    return _Finding(True, tuple(inputs), "Đã thực hiện đầy đủ nghĩa vụ thuế, bảo hiểm, môi trường.")


_NO_CLAIM = "Hồ sơ không giữ đăng ký chống trùng lắp cho nội dung này."


def _has_no_other_state_money(case: _Case) -> _Finding:
    """C3: không đang nhận hỗ trợ từ nguồn vốn khác của Nhà nước với cùng nội dung (II.2.c)."""
    fundings = case.eligibility.other_fundings
    inputs = (_claim_in_words(case), *(funding.in_words() for funding in fundings))
    if fundings:
        schemes = ", ".join(sorted({funding.scheme for funding in fundings}))
        return _Finding(False, inputs, f"Đang nhận hỗ trợ cùng nội dung từ: {schemes}.")
    if not case.holds_claim:
        return _Finding(False, inputs, _NO_CLAIM)
    return _Finding(True, inputs, "Không có hỗ trợ nào khác của Nhà nước cho cùng nội dung.")


def _is_funded_once(case: _Case) -> _Finding:
    """C3, version 2: nobody of the undertaking has State money for the content within the rules' window (II.2.c)."""
    overlap = case.overlap
    inputs = (
        _claim_in_words(case),
        f"Xét theo quy tắc phiên bản {overlap.rules_version}, sổ đăng ký đến vị trí {overlap.registry_position}.",
        *(line.in_words() for line in overlap.lines),
    )
    if overlap.verdict is OverlapVerdict.CERTAIN:
        return _Finding(False, inputs, f"Cùng nội dung đã được hỗ trợ từ: {_schemes(overlap)}.")
    if not case.holds_claim:
        return _Finding(False, inputs, _NO_CLAIM)
    if overlap.verdict is OverlapVerdict.POSSIBLE:
        admitted = overlap.ruling is not None and overlap.ruling.outcome is OverlapOutcome.ADMITTED
        possible = f"Có khả năng trùng lắp với: {_schemes(overlap)}"
        return _Finding(admitted, inputs, f"{possible}; {_ruling_in_words(overlap.ruling)}")
    return _Finding(True, inputs, "Không có hỗ trợ nào của Nhà nước cho cùng nội dung trong thời gian xét.")


def _claim_in_words(case: _Case) -> str:
    holder = "do chính hồ sơ này giữ" if case.holds_claim else "không có"
    return f"Đăng ký chống trùng lắp của chương trình: {holder}."


def _ruling_in_words(ruling: OverlapRuling | None) -> str:
    if ruling is None:
        return "phải do một người khác với người xét quyết định."
    return f"{ruling.outcome.term} ngày {ruling.decided_on:%d/%m/%Y}: {ruling.reason}"


def _schemes(overlap: Overlap) -> str:
    return ", ".join(sorted({line.money.scheme for line in overlap.lines_of(overlap.verdict)}))


def _is_registered(case: _Case) -> _Finding:
    """C4: đăng ký và được xét duyệt tham gia (II.1.a); the approval itself is UBND's decision on the task."""
    if not case.application_valid:
        return _Finding(False, ("Hồ sơ đăng ký chưa hợp lệ.",), "Chưa có hồ sơ đăng ký hợp lệ.")
    return _Finding(True, ("Hồ sơ đăng ký hợp lệ.",), "Đã đăng ký tham gia bằng hồ sơ hợp lệ.")


RULES: Mapping[tuple[str, int], Callable[[_Case], _Finding]] = {
    ("C1", 1): _works_in_registered_line,
    ("C1", 2): _works_in_line_of_content,
    ("C2", 1): _meets_duties,
    ("C3", 1): _has_no_other_state_money,
    ("C3", 2): _is_funded_once,
    ("C4", 1): _is_registered,
}
