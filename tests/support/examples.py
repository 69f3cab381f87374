"""The plan, the people and the enterprises the tests of support speak of; every name is made up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from services.support.domain.budget_rules import SourcePair
from services.support.domain.catalogue import Article, Content, ContentKind
from services.support.domain.checklist import ChecklistItem
from services.support.domain.claim_rules import ClaimRules, ClaimScope, LinkKind, WindowKind
from services.support.domain.claimed_units import ClaimUnit
from services.support.domain.conditions import (
    Condition,
    Eligibility,
    Standing,
    StandingField,
    VsicPrefix,
)
from services.support.domain.council_terms import (
    CouncilKind,
    CouncilMember,
    CouncilProcedure,
    CouncilRole,
    CouncilRules,
    Criterion,
    MemberKind,
    Points,
    Share,
)
from services.support.domain.deadline_rules import HOST as HOST_BODY
from services.support.domain.deadline_rules import CountedFrom, DayKind, DeadlineRule
from services.support.domain.grant_call import CalledContent
from services.support.domain.norm_terms import (
    EnterpriseSize,
    LimitScope,
    Norm,
    NormKind,
    SizeEvidence,
    SizeTier,
    YearlyLimit,
)
from services.support.domain.overlap import Funding, Overlap, StateMoney, UndertakingMember, judge_overlap
from services.support.domain.priority_rules import OrderKey, PriorityWeight
from services.support.domain.task_terms import Paper, ParticipationLine
from services.support.domain.waiting_steps import WaitingStep
from services.support.domain.working_calendar import CalendarYear, NamedDay, Weekday
from services.support.domain.year_estimate import FigureOrigin, PastYear, WantedLine


@dataclass(frozen=True)
class Person:
    """Somebody by surrogate id, with the body and the capacity they act in."""

    name: str
    body: str
    capacity: str

    @property
    def id(self) -> UUID:
        return uuid5(NAMESPACE_URL, f"tests:support:{self.name}")


ADMINISTRATOR = Person("administrator", "SKHCN", "administrator")
OFFICER = Person("officer", "SKHCN", "programme_officer")
SECOND_OFFICER = Person("second officer", "SKHCN", "programme_officer")
LEAD = Person("lead", "SKHCN", "programme_lead")
APPRAISER = Person("appraiser", "STC", "finance_appraiser")
SETTLER = Person("settler", "STC", "finance_appraiser")
AUDITOR = Person("auditor", "TTTP", "auditor")
SECOND_AUDITOR = Person("second auditor", "TTTP", "auditor")
LEADER = Person("leader", "UBND", "city_leader")
HOST = Person("host", "TVMAU", "host_representative")
OTHER_HOST = Person("other host", "TVKHAC", "host_representative")
OWNER = Person("owner of the lotus mill", "LOTUSMILL", "enterprise_representative")
OTHER_OWNER = Person("owner of the river farm", "RIVERFARM", "enterprise_representative")
CHAIR = Person("chair", "SKHCN", "council_member")
SECRETARY = Person("secretary", "SKHCN", "council_member")
REVIEWER = Person("reviewer", "SCT", "council_member")
MEMBER = Person("member", "STC", "council_member")
VICE_CHAIR = Person("vice-chair", "SNNPTNT", "council_member")
SUBSTITUTE = Person("substitute", "SYT", "council_member")
PAYER = Person("payer", "STC", "payment_officer")

LOTUS_MILL = UUID("c3d5b1f2-0f6e-4b7a-8e11-9d2c4a6f8b03")
RIVER_FARM = UUID("d4e6c2a3-1a7f-4c8b-9f22-ae3d5b7a9c04")
MANGO_HOUSE = UUID("e5f7d3b4-2b80-4d9c-a033-bf4e6c8bad05")
STAR_CONSULTING = UUID("0a1b2c3d-4e5f-4a6b-8c7d-9e8f7a6b5c04")

DAY = date(2024, 6, 28)

CATALOGUE: dict[str, Any] = {
    "contents": (
        Content(
            "SYS-ISO9001",
            "Hệ thống quản lý ISO 9001",
            "Hệ thống quản lý",
            ContentKind.SYSTEM,
            "III.3.a",
            (VsicPrefix("VSIC2018", "10"),),
        ),
        Content("TOOL-5S", "Công cụ 5S", "Công cụ cải tiến", ContentKind.TOOL, "III.3.a"),
        Content("PRD-HOPQUY", "Chứng nhận hợp quy", "Chứng nhận sản phẩm", ContentKind.CERTIFICATION, "III.3.d"),
        Content("CRT-FOOD", "Chứng nhận an toàn thực phẩm", "Chứng nhận", ContentKind.CERTIFICATION, "III.3.d"),
    ),
    "target_groups": (Article("ENTERPRISE", "Doanh nghiệp", "II.1.a"),),
    "conditions": tuple(
        Condition(code, text, place, rule_version)
        for code, text, place, rule_version in (
            ("C1", "Hoạt động đúng ngành nghề đăng ký kinh doanh", "II.2.a", 1),
            ("C2", "Thực hiện đầy đủ các nghĩa vụ thuế, bảo hiểm, môi trường", "II.2.a", 1),
            ("C3", "Không đang nhận hỗ trợ từ nguồn vốn khác của Nhà nước với cùng nội dung", "II.2.c", 2),
            ("C4", "Đăng ký và được xét duyệt tham gia Chương trình", "II.1.a", 1),
        )
    ),
    "priorities": (
        Article("P1", "Sử dụng nguồn nguyên liệu trong nước", "II.2.b"),
        Article("P3", "Giải quyết nhu cầu việc làm", "II.2.b"),
    ),
    "principles": (Article("OPEN", "Công khai", "II.2.d"),),
    "sources": (
        Article("F1", "Vốn sự nghiệp khoa học và công nghệ hàng năm", "IV.1"),
        Article("F2", "Tài trợ của các tổ chức, cá nhân trong và ngoài nước", "IV.1"),
    ),
}

NORMS: dict[str, Any] = {
    "code": "SAMPLE-2024",
    "norms_version": 1,
    "legal_basis": "DỮ LIỆU MẪU, phỏng theo 26/2021/NQ-HĐND",
    "valid_from": date(2024, 1, 1),
    "valid_until": date(2024, 12, 31),
    "sample": True,
    "norms": (
        Norm("SYS-ISO9001", NormKind.PERCENTAGE, 50, 65_000_000, pays_after_certificate=True),
        Norm("TOOL-5S", NormKind.PERCENTAGE, 50, 50_000_000, pays_after_certificate=False),
        Norm("PRD-HOPQUY", NormKind.PER_PRODUCT, 50, 5_000_000, pays_after_certificate=True),
        Norm("CRT-FOOD", NormKind.FLAT, 0, 30_000_000, pays_after_certificate=True),
    ),
    "limits": (),
    "supersedes_version": None,
}

SIZE_TABLE = Norm(
    "SYS-ISO9001",
    NormKind.BY_SIZE,
    0,
    0,
    pays_after_certificate=False,
    tiers=(
        SizeTier(EnterpriseSize.MICRO, 100, 50_000_000),
        SizeTier(EnterpriseSize.SMALL, 50, 100_000_000),
        SizeTier(EnterpriseSize.MEDIUM, 30, 150_000_000),
    ),
)
SMALL_IN_2023 = SizeEvidence(EnterpriseSize.SMALL, 2023, "Báo cáo tài chính năm 2023")
SYSTEMS_QUOTA = YearlyLimit("SYSTEMS", LimitScope.PROGRAMME, ("SYS-ISO9001", "TOOL-5S"), 500_000_000, 10)
ENTERPRISE_CAP = YearlyLimit("PER-YEAR", LimitScope.ENTERPRISE, ("SYS-ISO9001", "TOOL-5S"), 90_000_000, None)
BUDGET_RULES: dict[str, Any] = {
    "rules_version": 1,
    "legal_basis": "DỮ LIỆU MẪU, phỏng theo Nghị định 265/2025/NĐ-CP",
    "valid_from": date(2025, 10, 14),
    "valid_until": None,
    "sample": True,
    "averaged_years": 3,
    "averaged_source_codes": ("F1",),
    "transfers": (SourcePair("F2", "F1"),),
}
CLAIM_RULES: dict[str, Any] = {
    "rules_version": 1,
    "legal_basis": "DỮ LIỆU MẪU, phỏng theo 134/KH-UBND, II.2.c",
    "valid_from": date(2024, 1, 1),
    "valid_until": date(2030, 12, 31),
    "sample": True,
    "scopes": (
        ClaimScope((), WindowKind.FISCAL_YEARS, 3, ClaimUnit.ENTERPRISE),
        ClaimScope(("PRD-HOPQUY",), WindowKind.MONTHS, 24, ClaimUnit.PRODUCT),
    ),
    "possible_links": (LinkKind.LEGAL_REPRESENTATIVE, LinkKind.COMMON_REPRESENTATIVE),
    "valid_days": 180,
}
WANTED_BY_RULE = WantedLine("F1", "Hỗ trợ năng suất", planned_task_count=4, amount_vnd=None, basis=None)
WANTED_AS_STATED = WantedLine("F2", "Tài trợ", None, 50_000_000, "Thỏa thuận tài trợ 3/TT")
STATED_YEARS = (
    PastYear(2023, 5, 1_000_000_000, FigureOrigin.STATED, "11/BC-SKHCN"),
    PastYear(2024, 6, 2_190_000_000, FigureOrigin.STATED, "12/BC-SKHCN"),
    PastYear(2025, 0, 0, FigureOrigin.STATED, "13/BC-SKHCN"),
)

PRIORITY_RULES: dict[str, Any] = {
    "legal_basis": "DỮ LIỆU MẪU, phỏng theo 134/KH-UBND, II.2.b",
    "valid_from": date(2024, 1, 1),
    "sample": True,
    "weights": (PriorityWeight("P1", 3), PriorityWeight("P3", 2)),
    "order": (OrderKey.PRIORITY_POINTS, OrderKey.COUNCIL_POINTS, OrderKey.APPLIED_EARLIER),
}

RULES = CouncilRules(
    quorum_numerator=2,
    quorum_denominator=3,
    pass_mark_points=70,
    criteria=(
        Criterion("URGENCY", "Tính cấp thiết", 15),
        Criterion("FEASIBILITY", "Tính khả thi", 50),
        Criterion("EFFECT", "Hiệu quả, tính bền vững, khả năng nhân rộng", 35),
    ),
    sample=True,
)

YEAR_2024 = CalendarYear(
    2024,
    rest_weekdays=(Weekday.SATURDAY, Weekday.SUNDAY),
    holidays=(
        NamedDay(date(2024, 1, 1), "Tết Dương lịch"),
        NamedDay(date(2024, 4, 29), "Nghỉ bù"),
        NamedDay(date(2024, 4, 30), "Ngày Chiến thắng"),
        NamedDay(date(2024, 5, 1), "Ngày Quốc tế lao động"),
    ),
    exchange_days=(NamedDay(date(2024, 5, 4), "Làm bù cho ngày 29/4"),),
)
COMPLETENESS_RULE = DeadlineRule(
    WaitingStep.COMPLETENESS_CHECK,
    days=5,
    day_kind=DayKind.WORKING,
    counted_from=CountedFrom.NAMED_DAY,
    body="SKHCN",
    legal_basis="Thông tư 15/2022/TT-BKHCN, Điều 14",
    sample=False,
)
DEADLINES = (
    COMPLETENESS_RULE,
    DeadlineRule(WaitingStep.APPLICATION, 0, DayKind.CALENDAR, CountedFrom.NAMED_DAY, HOST_BODY, "Thông báo mời", True),
    DeadlineRule(WaitingStep.SUPPLEMENT, 0, DayKind.CALENDAR, CountedFrom.NAMED_DAY, HOST_BODY, "Mẫu", True),
    DeadlineRule(WaitingStep.COUNCIL_SUPPLEMENT, 10, DayKind.WORKING, CountedFrom.STEP_START, HOST_BODY, "Mẫu", True),
    DeadlineRule(WaitingStep.DECISION, 10, DayKind.WORKING, CountedFrom.STEP_START, "UBND", "Mẫu", True),
)

CHECKLIST = (
    ChecklistItem("FORM", "Đơn đề nghị hỗ trợ", "DỮ LIỆU MẪU", True),
    ChecklistItem("COST", "Dự toán chi phí", "DỮ LIỆU MẪU", True),
)
GRANT_CALL: dict[str, Any] = {
    "title": "Hỗ trợ trực tiếp năm 2024",
    "opens_on": date(2024, 6, 1),
    "closes_on": date(2024, 6, 30),
    "contents": (
        CalledContent("TOOL-5S", 1, 45_000_000, CHECKLIST),
        CalledContent("SYS-ISO9001", None, None, CHECKLIST[:1]),
    ),
}
FIVE_S_PAPERS = (Paper("TOOL-5S", "FORM", "don.pdf"), Paper("TOOL-5S", "COST", "du-toan.pdf"))

MEMBERS = (
    CouncilMember(CHAIR.id, "SKHCN", CouncilRole.CHAIR),
    CouncilMember(SECRETARY.id, "SKHCN", CouncilRole.SECRETARY),
    CouncilMember(REVIEWER.id, "SCT", CouncilRole.REVIEWER),
    CouncilMember(MEMBER.id, "STC", CouncilRole.MEMBER),
)

JURY = tuple(
    replace(member, kind=MemberKind.AGENCY if member.role is CouncilRole.CHAIR else MemberKind.EXPERT)
    for member in (*MEMBERS, CouncilMember(VICE_CHAIR.id, "SNNPTNT", CouncilRole.VICE_CHAIR))
)
MEETING = date(2024, 7, 3)
PROCEDURE = CouncilProcedure(
    least_members=5,
    most_members=9,
    least_reviewers=1,
    least_expert_share=Share(2, 3),
    papers_working_days=3,
    least_share_for=Share(1, 2),
)
REGULATION: dict[str, Any] = {
    "kind": CouncilKind.SELECTION,
    "rules_version": 1,
    "legal_basis": "DỮ LIỆU MẪU, phỏng theo Thông tư 15/2022/TT-BKHCN",
    "valid_from": date(2024, 1, 1),
    "valid_until": date(2030, 12, 31),
    "rules": RULES,
    "procedure": PROCEDURE,
}


def points(urgency: int, feasibility: int, effect: int) -> tuple[Points, ...]:
    """A score sheet."""
    return (Points("URGENCY", urgency), Points("FEASIBILITY", feasibility), Points("EFFECT", effect))


GOOD_POINTS = points(12, 40, 30)
POOR_POINTS = points(5, 20, 15)


def wanted(
    enterprise_id: UUID = LOTUS_MILL, content_code: str = "TOOL-5S", cost_vnd: int = 80_000_000, products: int = 1
) -> ParticipationLine:
    """One line of a host's application."""
    return ParticipationLine(enterprise_id, content_code, cost_vnd, products, ("P1",))


def eligibility(
    enterprise_id: UUID = LOTUS_MILL, content_code: str = "TOOL-5S", on_date: date = DAY, **changes: Any
) -> Eligibility:
    """An enterprise that meets every duty and has no other money, as of the registry's position 41.

    ``undertaking`` are the enterprises that count as one with it, itself first, where they are more;
    ``other_fundings`` are told of the undertaking too.
    """
    fundings = changes.get("other_fundings", ())
    _, *others = changes.pop("undertaking", (enterprise_id,))
    members = (UndertakingMember(other, enterprise_id, LinkKind.PARENT) for other in others)
    return Eligibility(
        **{
            "enterprise_id": enterprise_id,
            "content_code": content_code,
            "on_date": on_date,
            "business_lines": ("1061 (VSIC2018)",),
            "standings": tuple(Standing(field, True, "CUCTHUE", "17/XN-CT") for field in StandingField),
            "other_fundings": (),
            "members": (UndertakingMember(enterprise_id), *members),
            "registry_position": 41,
            "undertaking_fundings": tuple(StateMoney(**vars(each), enterprise_id=enterprise_id) for each in fundings),
            **changes,
        }
    )


OTHER_FUNDING = Funding("Khuyến công", "Sở Công Thương", 40_000_000, date(2024, 3, 1), "55/QĐ-SCT")


def overlap(
    *money: StateMoney, rules: ClaimRules | None = None, unit_keys: tuple[str, ...] = (), **changes: Any
) -> Overlap:
    """What is said of the lotus mill and 5S in view of that money."""
    known = eligibility(**changes)
    return judge_overlap(
        known.members,
        money,
        rules,
        content_code=known.content_code,
        on_date=known.on_date,
        registry_position=known.registry_position,
        support_position=7,
        unit_keys=unit_keys,
    )


def state_money(enterprise_id: UUID = LOTUS_MILL, **changes: Any) -> StateMoney:
    """What another scheme gave an enterprise, as the registry tells it of an undertaking."""
    return StateMoney(
        **{**vars(OTHER_FUNDING), "enterprise_id": enterprise_id, "period_to": date(2024, 12, 31), **changes}
    )
