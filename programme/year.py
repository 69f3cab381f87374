"""The sample year, 2024, played through the doors: the happy path, a return for correction, a recusal, a duplicate
caught, and what the rules refuse. Every call is made by the person whose act it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from nscl.common.v1.act_pb2 import Recorded
from nscl.registry.v1 import registry_service_pb2 as registry
from nscl.registry.v1 import representative_service_pb2 as representatives
from nscl.support.v1 import document_service_pb2 as documents
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1 import support_service_pb2 as support
from nscl.training.v1 import training_resources_pb2 as training_resources
from nscl.training.v1 import training_service_pb2 as training

from programme.awards import take_part_in_award
from programme.certificates import watch_over_certificate
from programme.client import Doors, Refused
from programme.direct_grants import grant_directly
from programme.people import (
    ADMINISTRATOR,
    APPRAISER,
    ENVIRONMENT_OFFICER,
    INSURANCE_OFFICER,
    OFFICER,
    SCHEME_OFFICER,
    TAX_OFFICER,
    TRAINER,
    VICE_CHAIRMAN,
    Person,
    host_representative,
    surrogate,
)
from programme.plan import EnteredPlan, basis, day
from programme.progress import Progress
from programme.tasks import TaskPlay

FILES = Path(__file__).parent / "sample_year"
NEW_YEAR, YEAR_END = date(2024, 1, 1), date(2024, 12, 31)
REGISTERED, ATTESTED = date(2024, 2, 15), date(2024, 2, 20)


@dataclass
class Year:
    """What the year has brought about so far: ids by the sample's keys, and what was refused on the way."""

    enterprise_ids: dict[str, str] = field(default_factory=dict)
    organisation_ids: dict[str, str] = field(default_factory=dict)
    task_ids: dict[str, str] = field(default_factory=dict)
    budget_line_id: str = ""
    refusals: list[Refused] = field(default_factory=list)
    heard: dict[str, int] = field(default_factory=dict)

    def note(self, recorded: Recorded) -> None:
        """Remember the furthest position each service has answered with."""
        self.heard[recorded.service] = max(self.heard.get(recorded.service, 0), recorded.position)

    def positions(self) -> list[Recorded]:
        """What reporting must have heard before it can tell of this year."""
        return [Recorded(service=service, position=position) for service, position in sorted(self.heard.items())]


def read(name: str) -> Any:
    """The content of one YAML file of the sample year."""
    return yaml.safe_load((FILES / name).read_text(encoding="utf-8"))


def play_year(doors: Doors, plan: EnteredPlan, progress: Progress) -> Year:
    """Play the whole year in the order of its days; what stands in a log already is answered from there."""
    year, script = Year(), read("year.yaml")
    _register_enterprises(doors, year, progress)
    _register_organisations(doors, year, script["delivering_organisations"], progress)
    _fund_elsewhere(doors, year, script["tasks"])
    _pass_budget(doors, year, script["budget_line"], plan, progress)
    _spread_the_word(doors, year, script["disseminations"], progress)
    _teach(doors, year, script, progress)
    _open_receipts(doors)
    tasks = TaskPlay(doors, plan, year, script)
    for task in progress.track(script["tasks"], "Nhiệm vụ hỗ trợ"):
        tasks.carry_out(task)
    tasks.decline(script["declined_task"])
    for _ in progress.track([script["direct_grant"]], "Hỗ trợ trực tiếp"):
        grant_directly(doors, plan, year, tasks, script["direct_grant"])
    _certify_products(doors, year, script["products"], progress)
    take_part_in_award(doors, year, script["nominations"])
    watch_over_certificate(doors, year, script["watched_certificate"])
    return year


def _register_enterprises(doors: Doors, year: Year, progress: Progress) -> None:
    """Twenty-three enterprises of all four groups; the first is brought in a second time and caught."""
    enterprises = read("enterprises.yaml")
    for enterprise in progress.track(enterprises, "Doanh nghiệp, hợp tác xã, cơ sở"):
        answer = doors.ask(OFFICER, doors.registry.RegisterEnterprise, _registration(enterprise))
        year.enterprise_ids[enterprise["key"]] = answer.enterprise.enterprise_id
    again = _registration(enterprises[0] | {"name": "Công ty Sóng Biếc chi nhánh hai (mẫu)"})
    year.refusals.append(doors.refused(OFFICER, doors.registry.RegisterEnterprise, again))
    attestors = (
        (TAX_OFFICER, registry.STANDING_FIELD_TAX),
        (INSURANCE_OFFICER, registry.STANDING_FIELD_INSURANCE),
        (ENVIRONMENT_OFFICER, registry.STANDING_FIELD_ENVIRONMENT),
    )
    unmet = {task["duty_unmet"] for task in read("year.yaml")["tasks"] if "duty_unmet" in task}
    for number, enterprise in enumerate(progress.track(enterprises, "Xác nhận nghĩa vụ"), 101):
        for attestor, duty in attestors:
            fulfilled = attestor is not ENVIRONMENT_OFFICER or enterprise["key"] not in unmet
            year.note(_attest(doors, attestor, duty, year.enterprise_ids[enterprise["key"]], number, fulfilled))


def _registration(enterprise: dict[str, Any]) -> registry.RegisterEnterpriseRequest:
    return registry.RegisterEnterpriseRequest(
        basis=basis("MAU-10/PĐK", REGISTERED),
        target_group=registry.TargetGroup.Value(f"TARGET_GROUP_{enterprise['target_group']}"),
        legal_form=registry.LegalForm.Value(f"LEGAL_FORM_{enterprise['legal_form']}"),
        display_name=enterprise["name"],
        identifier=registry.Identifier(
            kind=registry.IdentifierKind.Value(f"IDENTIFIER_KIND_{enterprise['identifier']['kind']}"),
            code=enterprise["identifier"]["code"],
        ),
        address=registry.Address(unit_code=enterprise["unit_code"], street="Số 1 đường Mẫu"),
        business_lines=[
            registry.BusinessLine(
                scheme=registry.VSIC_SCHEME_VSIC2018, code=enterprise["vsic_2018"], valid_from=day(date(2019, 5, 20))
            )
        ],
        registered_on=day(date(2019, 5, 20)),
    )


def _attest(
    doors: Doors,
    attestor: Person,
    duty: registry.StandingField.ValueType,
    enterprise_id: str,
    number: int,
    fulfilled: bool,
) -> Recorded:
    request = registry.AttestStandingRequest(
        basis=basis(f"MAU-{number}/XN-{attestor.body}", ATTESTED),
        enterprise_id=enterprise_id,
        field=duty,
        verdict=registry.STANDING_VERDICT_FULFILLED if fulfilled else registry.STANDING_VERDICT_NOT_FULFILLED,
        valid_from=day(NEW_YEAR),
        valid_until=day(YEAR_END),
    )
    return doors.ask(attestor, doors.registry.AttestStanding, request).recorded


def _register_organisations(
    doors: Doors, year: Year, organisations: Sequence[dict[str, Any]], progress: Progress
) -> None:
    for organisation in progress.track(organisations, "Tổ chức tư vấn, chứng nhận"):
        expires_on = organisation.get("accreditation_expires_on")
        request = registry.RegisterDeliveringOrganisationRequest(
            basis=basis("MAU-11/HSNL", REGISTERED),
            name=organisation["name"],
            tax_code=organisation["tax_code"],
            services=[registry.OfferedService.Value(f"OFFERED_SERVICE_{name}") for name in organisation["services"]],
            scope=organisation["scope"],
            accreditation_number=organisation.get("accreditation_number", ""),
            accreditation_expires_on=day(expires_on) if expires_on else None,
        )
        answer = doors.ask(ADMINISTRATOR, doors.registry.RegisterDeliveringOrganisation, request)
        organisation_id = answer.delivering_organisation.delivering_organisation_id
        year.organisation_ids[organisation["key"]] = organisation_id
        year.note(answer.recorded)
        authorisation = representatives.AuthoriseRepresentativeRequest(
            basis=basis("MAU-13/GUQ", REGISTERED),
            party_id=organisation_id,
            party_kind=representatives.PARTY_KIND_DELIVERING_ORGANISATION,
            person_id=str(host_representative(organisation["key"]).person_id),
            valid_from=day(REGISTERED),
        )
        doors.ask(OFFICER, doors.representatives.AuthoriseRepresentative, authorisation)


def _fund_elsewhere(doors: Doors, year: Year, tasks: Sequence[dict[str, Any]]) -> None:
    """Industry promotion pays for a content that one enterprise will ask for again: condition C3 must see it."""
    for task in tasks:
        if "funded_elsewhere" in task:
            request = registry.RecordOtherFundingRequest(
                basis=basis("MAU-12/QĐ-SCT", ATTESTED),
                enterprise_id=year.enterprise_ids[task["funded_elsewhere"]],
                scheme="Khuyến công địa phương (mẫu)",
                grantor="Sở Công Thương",
                content_code=task["system"],
                amount_vnd=60_000_000,
                decided_on=day(ATTESTED),
                period_from=day(NEW_YEAR),
                period_to=day(YEAR_END),
                legal_basis="MAU-12/QĐ-SCT",
            )
            year.note(doors.ask(SCHEME_OFFICER, doors.registry.RecordOtherFunding, request).recorded)


def _pass_budget(doors: Doors, year: Year, line: dict[str, Any], plan: EnteredPlan, progress: Progress) -> None:
    """Drafted, cut by the appraiser, approved; the drafter's own approval is refused, whatever their capacity."""
    for _ in progress.track(["line"], "Dự toán năm 2024"):
        drafted = doors.ask(
            OFFICER,
            doors.support.DraftBudgetLine,
            support.DraftBudgetLineRequest(
                basis=basis(line["drafted"]["document"], line["drafted"]["day"]),
                catalogue_id=plan.catalogue_id,
                year=2024,
                source_code=line["source"],
                title=line["title"],
                amount_vnd=line["drafted_vnd"],
            ),
        )
        year.budget_line_id = drafted.budget_line.budget_line_id
        doors.ask(
            APPRAISER,
            doors.support.AppraiseBudgetLine,
            support.AppraiseBudgetLineRequest(
                basis=basis(line["appraised"]["document"], line["appraised"]["day"]),
                budget_line_id=year.budget_line_id,
                amount_vnd=line["appraised_vnd"],
                reason=line["appraisal_reason"],
            ),
        )
        approval = support.ApproveBudgetLineRequest(
            basis=basis(line["approved"]["document"], line["approved"]["day"]), budget_line_id=year.budget_line_id
        )
        drafter_promoted = Person(OFFICER.key, VICE_CHAIRMAN.body, VICE_CHAIRMAN.capacity)
        year.refusals.append(doors.refused(drafter_promoted, doors.support.ApproveBudgetLine, approval))
        approval.ClearField("request_id")
        year.note(doors.ask(VICE_CHAIRMAN, doors.support.ApproveBudgetLine, approval).recorded)


def _open_receipts(doors: Doors) -> None:
    """The register from which applications are receipted."""
    register = documents.OpenDocumentRegisterRequest(
        basis=basis("MAU-06/SKHCN-VP", NEW_YEAR), issuer="SKHCN", document_type="GTN", year=2024, first_number=1
    )
    doors.ask(OFFICER, doors.documents.OpenDocumentRegister, register)


def _spread_the_word(doors: Doors, year: Year, events: Sequence[dict[str, Any]], progress: Progress) -> None:
    for event in progress.track(events, "Phổ biến, tuyên truyền"):
        request = training.HoldDisseminationRequest(
            basis=basis(event["document"], event["held_on"] + timedelta(days=5)),
            channel=training_resources.DisseminationChannel.Value(f"DISSEMINATION_CHANNEL_{event['channel']}"),
            title=event["title"],
            held_on=day(event["held_on"]),
            enterprise_ids=sorted(year.enterprise_ids.values()),
        )
        year.note(doors.ask(TRAINER, doors.training.HoldDissemination, request).recorded)


def _teach(doors: Doors, year: Year, script: dict[str, Any], progress: Progress) -> None:
    for course in progress.track(script["courses"], "Khóa đào tạo"):
        scheduled = doors.ask(
            TRAINER,
            doors.training.ScheduleCourse,
            training.ScheduleCourseRequest(
                basis=basis("MAU-30/KH-SKHCN", course["starts_on"] - timedelta(days=30)),
                title=course["title"] + " (mẫu)",
                training_code=course["training_code"],
                content_codes=course["contents"],
                unit_code=script["course_unit"],
                starts_on=day(course["starts_on"]),
                ends_on=day(course["ends_on"]),
                seats=course["seats"],
                organiser="Sở Khoa học và Công nghệ",
            ),
        )
        course_id = scheduled.course.course_id
        _attend(doors, year, course, course_id)
        held = training.HoldCourseRequest(
            basis=basis("MAU-31/BC-SKHCN", course["ends_on"] + timedelta(days=7)), course_id=course_id
        )
        year.note(doors.ask(TRAINER, doors.training.HoldCourse, held).recorded)
        for number in range(course.get("experts", 0)):
            year.note(_certify_expert(doors, course, course_id, number))


def _attend(doors: Doors, year: Year, course: dict[str, Any], course_id: str) -> None:
    audiences = (("managers", "MANAGER"), ("workers", "WORKER"), ("experts", "EXPERT"))
    enterprise_ids = list(year.enterprise_ids.values())
    for group, audience in audiences:
        for number in range(course.get(group, 0)):
            request = training.RecordAttendanceRequest(
                basis=basis("MAU-32/DS-SKHCN", course["ends_on"]),
                course_id=course_id,
                attendee_id=surrogate(f"{group}-{course['key'] if audience == 'EXPERT' else ''}{number}"),
                attendee_name=f"Học viên Mẫu {number + 1}",
                audience=training_resources.Audience.Value(f"AUDIENCE_{audience}"),
                enterprise_id=enterprise_ids[number % len(enterprise_ids)],
                session_on=day(course["starts_on"]),
            )
            year.note(doors.ask(TRAINER, doors.training.RecordAttendance, request).recorded)


def _certify_expert(doors: Doors, course: dict[str, Any], course_id: str, number: int) -> Recorded:
    request = training.CertifyExpertRequest(
        basis=basis(f"MAU-4{number}/QĐ-CN", date(2024, 10, 1)),
        person_id=surrogate(f"experts-{course['key']}{number}"),
        name=f"Học viên Mẫu {number + 1}",
        scheme="APO-PS 101 (mẫu)",
        certifier="Tổ chức chứng nhận chuyên gia (mẫu)",
        level="Chuyên gia",
        certificate_number=f"MAU-CG-{number + 1:03}",
        issued_on=day(date(2024, 10, 1)),
        valid_until=day(date(2027, 9, 30)),
        course_id=course_id,
    )
    return doors.ask(TRAINER, doors.training.CertifyExpert, request).recorded


def _certify_products(doors: Doors, year: Year, products: Sequence[dict[str, Any]], progress: Progress) -> None:
    for product in progress.track(products, "Chứng nhận sản phẩm"):
        request = support.CertifyProductRequest(
            basis=basis(product["certificate"], date(2024, 11, 4)),
            enterprise_id=year.enterprise_ids[product["enterprise"]],
            product_group_code=product["group"],
            product_name=product["name"],
            conformity_kind=resources.ConformityKind.Value(f"CONFORMITY_KIND_{product['conformity']}"),
            certificate_number=product["certificate"],
            certification_body="Công ty Chứng nhận Bến Ninh (mẫu)",
            valid_from=day(date(2024, 11, 1)),
            valid_until=day(date(2027, 10, 31)),
        )
        year.note(doors.ask(OFFICER, doors.support.CertifyProduct, request).recorded)
