"""What comes to light after the year's decisions crosses the platform: registry, support's inbox, people, the trail."""

from __future__ import annotations

import time

from google.type.date_pb2 import Date
from nscl.common.v1.act_pb2 import Basis, Recorded
from nscl.registry.v1 import funding_service_pb2 as fundings
from nscl.registry.v1 import registry_service_pb2 as registry
from nscl.support.v1 import case_resources_pb2 as cases
from nscl.support.v1 import case_service_pb2 as case_service
from nscl.support.v1 import contract_service_pb2 as contracts
from nscl.support.v1 import support_service_pb2 as support

from programme.people import DIRECTOR, OFFICER, SCHEME_OFFICER
from programme.story import trail
from tests.journeys.conftest import Played

LATE = Date(year=2025, month=3, day=3)
TASK = "T6"
"""Under contract and not paid when the year ends."""
PATIENCE_SECONDS = 60


def basis(document: str) -> Basis:
    return Basis(document=document, effective_on=LATE)


def case_of(played: Played, facts: int, told: str = "") -> cases.Case:
    """The one case of the task, once it has come to so many facts, the last of them told so."""
    listing = case_service.ListCasesRequest(task_id=played.year.task_ids[TASK])
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        for row in played.doors.ask(OFFICER, played.doors.cases.ListCases, listing).cases:
            asked = case_service.GetCaseRequest(case_id=row.case_id)
            case = played.doors.ask(OFFICER, played.doors.cases.GetCase, asked).case
            if len(case.facts) == facts and told in case.facts[-1].told:
                return case
        time.sleep(0.2)
    raise AssertionError("support has not heard of it")


def test_money_from_another_scheme_holds_a_contract_until_two_persons_have_looked(played: Played) -> None:
    doors, task_id = played.doors, played.year.task_ids[TASK]
    task = doors.ask(OFFICER, doors.support.GetTask, support.GetTaskRequest(task_id=task_id)).task
    grant = task.grants[0]
    recorded = doors.ask(
        SCHEME_OFFICER,
        doors.registry.RecordOtherFunding,
        registry.RecordOtherFundingRequest(
            basis=basis("MAU-77/QĐ-SCT"),
            enterprise_id=grant.enterprise_id,
            scheme="Khuyến công địa phương (mẫu)",
            grantor="Sở Công Thương",
            content_code=grant.content_code,
            amount_vnd=30_000_000,
            decided_on=Date(year=2024, month=11, day=1),
            period_from=Date(year=2024, month=11, day=1),
            period_to=Date(year=2025, month=10, day=31),
            legal_basis="MAU-77/QĐ-SCT",
        ),
    )
    case = case_of(played, facts=1, told="30.000.000 đồng do Sở Công Thương")
    assert (case.participation_id, case.status, case.paid_vnd) == (grant.participation_id, cases.CASE_STATUS_OPEN, 0)
    contract = doors.ask(OFFICER, doors.contracts.GetContract, contracts.GetContractRequest(task_id=task_id)).contract
    assert [hold.case_number for hold in contract.holds] == [case.number]

    revoked = fundings.RevokeOtherFundingRequest(
        basis=basis("MAU-78/QĐ-SCT"),
        enterprise_id=grant.enterprise_id,
        other_funding_id=case.facts[0].fact_id,
        reason="Doanh nghiệp đã từ chối nhận hỗ trợ",
    )
    doors.ask(SCHEME_OFFICER, doors.fundings.RevokeOtherFunding, revoked)
    case = case_of(played, facts=1, told="đã từ chối nhận hỗ trợ")
    examined = case_service.ExamineCaseRequest(
        basis=basis("MAU-9/BC-SKHCN"), case_id=case.case_id, finding="Hỗ trợ của nguồn khác đã bị hủy trước khi chi."
    )
    doors.ask(OFFICER, doors.cases.ExamineCase, examined)
    alone = case_service.DismissCaseRequest(basis=basis("MAU-10/KL"), case_id=case.case_id, reason="Không trùng lắp")
    assert doors.refused(OFFICER, doors.cases.DismissCase, alone).reason == "CAPACITY_NOT_PERMITTED"
    dismissed = doors.ask(DIRECTOR, doors.cases.DismissCase, alone)
    assert dismissed.case.status == cases.CASE_STATUS_DISMISSED
    contract = doors.ask(OFFICER, doors.contracts.GetContract, contracts.GetContractRequest(task_id=task_id)).contract
    assert not contract.holds

    heard = [Recorded(service="support", position=dismissed.recorded.position), recorded.recorded]
    told = [entry for entry in trail(doors, task_id, heard) if "Case" in entry.type]
    assert [entry.type.rpartition(".")[2] for entry in told] == [
        "CaseOpened",
        "CaseFactRevised",
        "CaseExamined",
        "CaseDismissed",
    ]
    assert (told[0].act.capacity, told[0].act.cause) == ("service", f"registry:{recorded.recorded.position}")
