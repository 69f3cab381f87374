"""The direct grant of the year: an enterprise applies for itself, shows its priority, and is visited."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from nscl.registry.v1 import representative_service_pb2 as representatives
from nscl.support.v1 import grant_call_resources_pb2 as calls
from nscl.support.v1 import grant_call_service_pb2 as grants
from nscl.support.v1 import priority_service_pb2 as priorities
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1 import support_service_pb2 as support

from programme.client import Doors
from programme.people import DIRECTOR, OFFICER, Person, applicant
from programme.plan import EnteredPlan, basis, day
from programme.tasks import CHECKED, GOOD_POINTS, TaskPlay

if TYPE_CHECKING:
    from programme.year import Year

AUTHORISED, CALLED, CALL_CLOSES = date(2024, 2, 15), date(2024, 3, 1), date(2024, 3, 20)
APPLIED, VERIFIED, VISITED = date(2024, 3, 12), date(2024, 3, 25), date(2024, 3, 26)
PAPERS = {"FORM": "Đơn đề nghị hỗ trợ (mẫu)", "COST": "Dự toán chi phí (mẫu)"}


def grant_directly(doors: Doors, plan: EnteredPlan, year: Year, tasks: TaskPlay, script: dict[str, Any]) -> None:
    """From the call to the settled contract; who is not authorised by the enterprise is turned away."""
    owner = applicant(script)
    _authorise(doors, year, owner, script)
    application = _application(doors, plan, year, script)
    stranger = Person("stranger", owner.body, owner.capacity)
    year.refusals.append(doors.refused(stranger, doors.grant_calls.ApplyForGrant, application))
    application.ClearField("request_id")
    task = doors.ask(owner, doors.grant_calls.ApplyForGrant, application).task
    year.task_ids[script["key"]] = task.task_id
    checking = support.ValidateTaskApplicationRequest(
        basis=tasks.basis(script, "BB-KTHS", CHECKED), task_id=task.task_id
    )
    doors.ask(OFFICER, doors.support.ValidateTaskApplication, checking)
    [participation_id] = task.participation_ids
    _show_priority(doors, tasks, owner, script, participation_id)
    visit = grants.RecordFieldSurveyRequest(
        basis=tasks.basis(script, "BB-KS", VISITED),
        task_id=task.task_id,
        surveyed_on=day(VISITED),
        favourable=True,
        findings="Cơ sở có dây chuyền sản xuất đang hoạt động, mặt bằng đáp ứng yêu cầu áp dụng 5S.",
    )
    doors.ask(OFFICER, doors.grant_calls.RecordFieldSurvey, visit)
    tasks.judge(script, task.task_id, [participation_id], GOOD_POINTS)
    tasks.carry_decision_out(script, task.task_id)


def _authorise(doors: Doors, year: Year, owner: Person, script: dict[str, Any]) -> None:
    authorisation = representatives.AuthoriseRepresentativeRequest(
        basis=basis("MAU-14/GUQ", AUTHORISED),
        party_id=year.enterprise_ids[script["enterprise"]],
        party_kind=representatives.PARTY_KIND_ENTERPRISE,
        person_id=str(owner.person_id),
        valid_from=day(AUTHORISED),
    )
    doors.ask(OFFICER, doors.representatives.AuthoriseRepresentative, authorisation)


def _application(doors: Doors, plan: EnteredPlan, year: Year, script: dict[str, Any]) -> grants.ApplyForGrantRequest:
    """The enterprise's application under a call for one content with two papers."""
    items = [
        calls.ChecklistItem(code=code, title=title, legal_basis="DỮ LIỆU MẪU", sample=True)
        for code, title in PAPERS.items()
    ]
    content = calls.CalledContent(content_code=script["content"], most_grants=script["most_grants"], checklist=items)
    call = grants.PublishGrantCallRequest(
        basis=basis("MAU-15/TB-SKHCN", CALLED),
        catalogue_id=plan.catalogue_id,
        budget_line_id=year.budget_line_id,
        title=script["title"] + " (mẫu)",
        opens_on=day(CALLED),
        closes_on=day(CALL_CLOSES),
        contents=[content],
    )
    published = doors.ask(DIRECTOR, doors.grant_calls.PublishGrantCall, call).grant_call
    wanted = grants.WantedContent(
        content_code=script["content"], estimated_cost_vnd=script["cost_vnd"], priority_codes=["P1"]
    )
    return grants.ApplyForGrantRequest(
        basis=basis(f"MAU-{script['key']}/HS-ĐK", APPLIED),
        grant_call_id=published.grant_call_id,
        enterprise_id=year.enterprise_ids[script["enterprise"]],
        contents=[wanted],
        papers=[
            resources.Paper(content_code=script["content"], item_code=code, reference=f"MAU-{code}.pdf")
            for code in PAPERS
        ],
    )


def _show_priority(doors: Doors, tasks: TaskPlay, owner: Person, script: dict[str, Any], participation_id: str) -> None:
    """The enterprise says what it buys at home, and an officer finds it true."""
    statement = priorities.PriorityStatement(
        priority_code="P1", fact="Thu mua cà phê của 40 hộ trồng trong nước", document="MAU-16/HĐ-MB"
    )
    declaration = priorities.DeclarePrioritiesRequest(
        basis=tasks.basis(script, "BK-ƯT", APPLIED), participation_id=participation_id, statements=[statement]
    )
    doors.ask(owner, doors.priorities.DeclarePriorities, declaration)
    finding = priorities.PriorityFinding(priority_code="P1", met=True, reason="Đã đối chiếu hợp đồng và hóa đơn mua.")
    verification = priorities.VerifyPrioritiesRequest(
        basis=tasks.basis(script, "BB-TTƯT", VERIFIED), participation_id=participation_id, findings=[finding]
    )
    doors.ask(OFFICER, doors.priorities.VerifyPriorities, verification)
