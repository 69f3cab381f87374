"""A random walk through support: many tasks on a few lines, moved by people who mostly, but not always, may do so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from uuid import UUID, uuid4

from services.shared.refusals import Refusal
from services.support.domain.certificate import Certificate, SurveillanceResult
from services.support.domain.claim_rules import LinkKind
from services.support.domain.contract import Contract
from services.support.domain.contract_terms import AdvanceTerms, ContractStatus, Milestone, MilestoneStatus
from services.support.domain.council import Council
from services.support.domain.council_supplement import CouncilSupplement, SuppliedPaper
from services.support.domain.council_terms import ConflictKind, PersonMatch, PersonTie, Vote
from services.support.domain.inspection import FindingKind, UpheldFinding
from services.support.domain.overlap import OverlapOutcome, UndertakingMember
from services.support.domain.participation import ParticipationStatus, Voucher
from services.support.domain.recovery import FindingReference
from services.support.domain.task import Task
from services.support.domain.task_terms import ActualCost, ParticipationAmount, ParticipationLine, TaskStatus
from services.support.domain.waitlist import Waiting
from tests.support.city import City, KnownEnterprises, call
from tests.support.examples import (
    APPRAISER,
    AUDITOR,
    CHAIR,
    DAY,
    GOOD_POINTS,
    HOST,
    JURY,
    LEAD,
    LEADER,
    MEMBER,
    OFFICER,
    OTHER_FUNDING,
    OTHER_HOST,
    PAYER,
    POOR_POINTS,
    PROCEDURE,
    REVIEWER,
    SECOND_AUDITOR,
    SECOND_OFFICER,
    SECRETARY,
    SETTLER,
    STAR_CONSULTING,
    Person,
    state_money,
    wanted,
)

DEPUTY = Person("deputy", "UBND", "city_leader")
PEOPLE = (OFFICER, SECOND_OFFICER, LEAD, APPRAISER, SETTLER, LEADER, HOST, OTHER_HOST, CHAIR, SECRETARY, PAYER)
JUDGES = (CHAIR, SECRETARY, REVIEWER, MEMBER)
CONTENTS = ("TOOL-5S", "CRT-FOOD")
END = date(2024, 12, 15)
TASKS_AT_ONCE = 6
ENTERPRISES_PER_TASK = (1, 2, 3, 3)
ASTRAY = 0.15
"""How often a step is any step at all, and how often somebody takes it who may not."""
EAGER = 0.6
"""How often a likely step is one that was never taken, where there is one."""

ENDED = {TaskStatus.DECLINED: 0.5, TaskStatus.REJECTED: 0.3, TaskStatus.SETTLED: 0.15}
"""How soon another task takes the place of one that came to its end."""
Step = Callable[["Walk", Person, Task], object]


class Walk:
    """Takes random steps and counts what became of them; ``refused`` tells by which refusals."""

    def __init__(self, city: City, known: KnownEnterprises, chance: Random) -> None:
        self.city = city
        self.support = city.support
        self.known = known
        self.chance = chance
        city.calendar()
        city.deadlines()
        city.regulation(procedure=replace(PROCEDURE, papers_working_days=0, least_members=4))
        self.taken: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.with_council: set[UUID] = set()
        self.upheld: dict[UUID, tuple[FindingReference, UUID, int]] = {}
        self.line_ids = [city.approved_line(chance.randrange(60, 400) * 1_000_000) for _ in range(4)]
        self.task_ids = [city.open_task(chance.choice(self.line_ids)).id for _ in range(TASKS_AT_ONCE)]
        self.enterprise_ids = [uuid4() for _ in range(8 * TASKS_AT_ONCE)]
        for enterprise_id in self.enterprise_ids[: TASKS_AT_ONCE // 2]:
            known.told[enterprise_id] = {"other_fundings": (OTHER_FUNDING,)}
        for enterprise_id in self.enterprise_ids[-TASKS_AT_ONCE:]:
            represented = UndertakingMember(uuid4(), enterprise_id, LinkKind.COMMON_REPRESENTATIVE)
            known.told[enterprise_id] = {
                "members": (UndertakingMember(enterprise_id), represented),
                "undertaking_fundings": (state_money(represented.enterprise_id),),
            }
        self.known = known
        city.claim_rules()

    def step(self) -> None:
        """One command of somebody; a refusal is as good as an act."""
        place = self.chance.randrange(len(self.task_ids))
        task = self.support.applications.get_task(self.task_ids[place])
        if self.chance.random() < ENDED.get(task.status, 0):
            self.task_ids[place] = self.proposed().id
            return
        likely = self.likely(task)
        step = self.chance.choice(ALL_STEPS) if self.chance.random() < ASTRAY else self.chosen_among(likely)
        rightly = self.chance.choice(WHO[step])
        who = self.chance.choice(PEOPLE) if self.chance.random() < ASTRAY else rightly
        try:
            step(self, who, task)
            self.taken[step.__name__] += 1
        except Refusal as refusal:
            self.refused[type(refusal).__name__] += 1

    def likely(self, task: Task) -> tuple[Step, ...]:
        """What may well come next."""
        if task.status is TaskStatus.VALID and task.id in self.with_council:
            return JUDGING
        if task.supplement_by:
            return SUPPLEMENTING
        if task.status is TaskStatus.VALID and self.unscreened_ids(task):
            return SCREENING
        if LIKELY[task.status] is UNDER_CONTRACT and self.contract(task).status is ContractStatus.SUSPENDED:
            return SUSPENDED
        return LIKELY[task.status]

    def chosen_among(self, likely: tuple[Step, ...]) -> Step:
        """One of them, sooner one that was never taken: so that a short walk comes everywhere, too."""
        untaken = [step for step in likely if step in self.untaken()]
        return self.chance.choice(untaken if untaken and self.chance.random() < EAGER else likely)

    def proposed(self) -> Task:
        """Another task."""
        return self.support.applications.propose_task(
            call(OFFICER),
            title="Áp dụng 5S",
            year=DAY.year,
            budget_line_id=self.chance.choice(self.line_ids),
            catalogue_id=self.city.plan()[0].id,
            content_codes=CONTENTS,
        ).record

    def untaken(self) -> tuple[Step, ...]:
        """What nobody has done yet."""
        return tuple(step for step in ALL_STEPS if step.__name__ not in self.taken)

    def supplement_id(self, task: Task) -> UUID:
        """What the council of a task wants supplied, if it does."""
        council = self.support.councils.get_council(Council.create_id(task.id))
        return CouncilSupplement.create_id(council.id, council.meeting_number)

    def contract(self, task: Task) -> Contract:
        return self.support.contracts.get_contract(task.id)

    def number(self, *statuses: MilestoneStatus, of: Contract) -> int:
        """A milestone that stands so, where there is one."""
        fitting = [milestone.number for milestone in of.milestones.values() if milestone.status in statuses]
        return self.chance.choice(fitting or [1, 2])

    def lines(self) -> tuple[ParticipationLine, ...]:
        some = self.chance.sample(self.enterprise_ids, self.chance.choice(ENTERPRISES_PER_TASK))
        cost_vnd = self.chance.randrange(20, 120) * 1_000_000
        return tuple(wanted(enterprise_id, self.chance.choice(CONTENTS), cost_vnd) for enterprise_id in some)

    def unscreened_ids(self, task: Task) -> list[UUID]:
        """Who was not screened yet."""
        return [each.id for each in self.city.participations(task) if each.status is ParticipationStatus.REGISTERED]

    def waiting_ids(self, task: Task) -> tuple[UUID, ...]:
        """Who waits for the task's money, where somebody does."""
        try:
            return self.support.waitlists.get_waitlist(task.id).waiting_ids or (task.id,)
        except Refusal:
            return task.participation_ids or (task.id,)

    def certificate_id(self, task: Task) -> UUID:
        """A certificate that the task led to, where there is one."""
        certified = [each for each in self.city.participations(task) if each.certificate_number]
        if not certified:
            return task.id
        number = self.chance.choice(certified).certificate_number
        return Certificate.create_id("Chứng nhận Mẫu", str(number))

    def milestones(self, task: Task) -> tuple[Milestone, ...]:
        """Two, that together hold about what was decided; now and then more than that."""
        percent = self.chance.choice((30, 45, 50, 50, 50, 51))
        shares = tuple(
            ParticipationAmount(participation_id, grant.amount_vnd * percent // 100)
            for participation_id, grant in task.grants.items()
        )
        return tuple(Milestone(number, f"Mốc {number}", END, shares) for number in (1, 2))


def enlist(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.applications.enlist_task(call(who, "346/TTr-SKHCN"), task_id=task.id)


def open_call(walk: Walk, who: Person, task: Task) -> object:
    window = {"opens_on": date(2024, 6, 1), "closes_on": date(2024, 6, 30)}
    return walk.support.applications.open_task_call(call(who, "20/TB"), task_id=task.id, quota=5, **window)


def submit(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.applications.submit_task_application(
        call(who), task_id=task.id, host_organisation_id=STAR_CONSULTING, participations=walk.lines()
    )


def give_back(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.applications.return_task_application(
        call(who), task_id=task.id, reason="Thiếu dự toán", resubmit_by=date(2024, 7, 5)
    )


def resubmit(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.applications.resubmit_task_application(call(who), task_id=task.id, participations=walk.lines())


def validate(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.applications.validate_task_application(call(who), task_id=task.id)


def reject(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.applications.reject_task_application(call(who), task_id=task.id, reason="Sai đối tượng")


def screen(walk: Walk, who: Person, task: Task) -> object:
    """Mostly one that was not screened yet, where there is one."""
    some = walk.chance.choice(walk.unscreened_ids(task) or task.participation_ids or (task.id,))
    return walk.support.applications.screen_participation(call(who), participation_id=some)


def decide_overlap(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.overlap_decisions.decide_overlap(
        call(who),
        participation_id=walk.chance.choice(task.participation_ids or (task.id,)),
        outcome=walk.chance.choice((*[OverlapOutcome.ADMITTED] * 3, OverlapOutcome.REFUSED)),
        reason="Khác nhà máy",
    )


def join(walk: Walk, who: Person, task: Task) -> object:  # noqa: ARG001 - enterprises join whatever happens to a task
    one, other = walk.chance.sample(walk.enterprise_ids[TASKS_AT_ONCE // 2 : -TASKS_AT_ONCE], 2)
    walk.known.told[one] = {"undertaking": (one, other)}
    walk.known.told[other] = {"undertaking": (other, one)}
    return one


def renew(walk: Walk, who: Person, task: Task) -> object:
    """A claim is renewed some days after it was lodged."""
    some = walk.support.applications.get_participation(walk.chance.choice(task.participation_ids or (task.id,)))
    later = DAY + timedelta(days=walk.chance.randrange(20))
    return walk.support.renewals.renew_claim(call(who, on=later), claim_id=some.claim_id, reason="Chờ hội đồng")


def appoint(walk: Walk, who: Person, task: Task) -> object:
    councils = walk.support.councils
    council = councils.appoint_council(call(who, "30/QĐ-SKHCN"), task_id=task.id, members=JURY[:4]).record
    walk.with_council.add(task.id)
    return councils.send_council_papers(call(OFFICER, "8/GM-SKHCN"), council_id=council.id, meeting_on=DAY)


def match(walk: Walk, who: Person, task: Task) -> object:
    """Now and then the registry has come to know that a member stands behind an enterprise."""
    if walk.chance.random() < ASTRAY:
        member, enterprise_id = walk.chance.choice((REVIEWER, MEMBER)), walk.chance.choice(walk.enterprise_ids)
        walk.known.matches.append(PersonMatch(member.id, enterprise_id, walk.chance.choice(list(PersonTie))))
    return walk.support.councils.match_conflicts(call(who), council_id=Council.create_id(task.id))


def recuse(walk: Walk, who: Person, task: Task) -> object:
    kind = walk.chance.choice(list(ConflictKind))
    return walk.support.councils.recuse_council_member(
        call(who), council_id=Council.create_id(task.id), conflict_kind=kind
    )


def judge(walk: Walk, who: Person, task: Task) -> object:
    council = walk.support.councils.get_council(Council.create_id(task.id))
    if who.id not in council.declarations and walk.chance.random() > ASTRAY:
        walk.support.councils.declare_conflicts(call(who), council_id=council.id, conflict_kinds=())
    points, vote = walk.chance.choice((*[(GOOD_POINTS, Vote.FOR)] * 19, (POOR_POINTS, Vote.AGAINST)))
    return walk.support.councils.cast_council_score(call(who), council_id=council.id, points=points, vote=vote)


def conclude(walk: Walk, who: Person, task: Task) -> object:
    """Now and then the council passes on condition only."""
    condition = walk.chance.choice(("Hai báo giá", None, None))
    return walk.support.councils.conclude_council(
        call(who, "5/BB-HĐ"), council_id=Council.create_id(task.id), required_supplement=condition
    )


def supply(walk: Walk, who: Person, task: Task) -> object:
    supplied = {"papers": (SuppliedPaper("Báo giá", "bao-gia.pdf", "ab" * 32),), "explanation": "Đã đủ"}
    return walk.support.council_supplements.supply_council_supplement(
        call(who), council_supplement_id=walk.supplement_id(task), **supplied
    )


def confirm(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.council_supplements.confirm_council_supplement(
        call(who), council_supplement_id=walk.supplement_id(task)
    )


def reconvene(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.council_supplements.reconvene_council(
        call(who, "34/QĐ-SKHCN"), council_id=Council.create_id(task.id), reason="Thay đổi phương án"
    )


def send_papers(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.councils.send_council_papers(
        call(who, "9/GM-SKHCN"), council_id=Council.create_id(task.id), meeting_on=DAY
    )


def approve(walk: Walk, who: Person, task: Task) -> object:
    _, norms = walk.city.plan()
    return walk.support.decisions.approve_task(
        call(who, "900/QĐ-UBND"), task_id=task.id, norms_id=norms.id, refusals={}
    )


def approve_some(walk: Walk, who: Person, task: Task) -> object:
    """One of the eligible waits, for a reason or for none."""
    _, norms = walk.city.plan()
    reason = walk.chance.choice(("Hết kinh phí", None))
    waiting = Waiting(walk.chance.choice(task.participation_ids or (task.id,)), reason)
    return walk.support.decisions.approve_task(
        call(who, "900/QĐ-UBND"), task_id=task.id, norms_id=norms.id, refusals={}, waiting=(waiting,)
    )


def leave_waiting(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.waitlists.waitlist_task(call(who, "902/QĐ-UBND"), task_id=task.id, reason="Hết kinh phí")


def select_waiting(walk: Walk, who: Person, task: Task) -> object:
    _, norms = walk.city.plan()
    some = (walk.chance.choice(walk.waiting_ids(task)),)
    return walk.support.waitlists.select_from_waitlist(
        call(who, "903/QĐ-UBND"), task_id=task.id, participation_ids=some, norms_id=norms.id, skip_reason=None
    )


def refuse_waiting(walk: Walk, who: Person, task: Task) -> object:
    some = (walk.chance.choice(walk.waiting_ids(task)),)
    return walk.support.waitlists.refuse_waitlisted(
        call(who, "904/QĐ-UBND"), task_id=task.id, participation_ids=some, reason="Hết kinh phí"
    )


def decline(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.decisions.decline_task(call(who, "901/QĐ-UBND"), task_id=task.id, reason="Dưới mức đạt")


def commit(walk: Walk, who: Person, task: Task) -> object:
    some = walk.chance.choice(list(task.grants) or [task.id])
    return walk.support.contracts.commit_participation(call(who, "1/BCK"), participation_id=some)


def sign(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.contracts.sign_contract(
        call(who, "12/HĐ-SKHCN"),
        task_id=task.id,
        authority="5/GUQ-UBND",
        counterparty_signatory_id=HOST.id,
        starts_on=DAY,
        ends_on=END,
        milestones=walk.milestones(task),
        advance=AdvanceTerms(walk.chance.choice((2, 4, 8)) * 1_000_000, 30, 20, "DỮ LIỆU MẪU", True),
    )


def advance(walk: Walk, who: Person, task: Task) -> object:
    amount_vnd = walk.chance.choice((1, 2, 5)) * 1_000_000
    return walk.support.contracts.pay_advance(call(who, "3/UNC"), task_id=task.id, amount_vnd=amount_vnd)


def implement(walk: Walk, who: Person, task: Task) -> object:
    some = walk.chance.choice(list(task.grants) or [task.id])
    return walk.support.delivery.implement_participation(call(who), participation_id=some, summary="Đã áp dụng")


def certify(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.delivery.certify_participation(
        call(who),
        participation_id=(some := walk.chance.choice(list(task.grants) or [task.id])),
        certificate_number=walk.chance.choice(["CN-17", f"CN-{some}"]),
        certification_body="Chứng nhận Mẫu",
        issued_on=DAY,
        valid_until=date(2027, 6, 27),
    )


def surveil(walk: Walk, who: Person, task: Task) -> object:
    """Now and then what is found makes the certifier suspend the certificate for a while, or withdraw it."""
    some = walk.certificate_id(task)
    audit = {"auditor": "Chứng nhận Mẫu", "audited_on": DAY, "findings": "Đã xem hồ sơ"}
    result = walk.chance.choice(list(SurveillanceResult))
    certificates = walk.support.certificates
    certificates.record_surveillance(call(who, "8/BC-GS"), certificate_id=some, result=result, **audit)
    if result is SurveillanceResult.PASSED or walk.chance.random() < EAGER:
        return some
    if walk.chance.random() < EAGER:
        certificates.suspend_certificate(call(who, "9/QĐ-CN"), certificate_id=some, reason="Chưa khắc phục")
        return certificates.reinstate_certificate(
            call(walk.chance.choice((SECOND_OFFICER, who)), "10/QĐ-CN"), certificate_id=some, reason="Đã khắc phục"
        )
    return certificates.withdraw_certificate(call(who, "9/QĐ-CN"), certificate_id=some, reason="Chưa khắc phục")


def ask_for_acceptance(walk: Walk, who: Person, task: Task) -> object:
    contract = walk.contract(task)
    number = walk.number(MilestoneStatus.PLANNED, MilestoneStatus.FIXES_DUE, of=contract)
    asked = {"task_id": task.id, "milestone_number": number}
    return walk.support.contracts.request_milestone_acceptance(call(who), **asked, summary="Hoàn thành")


def judge_milestone(walk: Walk, who: Person, task: Task) -> object:  # noqa: ARG001 - its council is appointed as ever
    number = walk.number(MilestoneStatus.ACCEPTANCE_REQUESTED, of=walk.contract(task))
    return walk.city.judged_milestone(task.id, number, walk.chance.choice((GOOD_POINTS, GOOD_POINTS, POOR_POINTS)))


def accept(walk: Walk, who: Person, task: Task) -> object:
    """Mostly payment is asked for at once."""
    contract = walk.contract(task)
    number = walk.number(MilestoneStatus.ACCEPTANCE_REQUESTED, of=contract)
    cost_vnd = walk.chance.randrange(30, 100) * 1_000_000
    costs = tuple(ActualCost(each, cost_vnd) for each in contract.milestone(number).participation_ids)
    accepted = walk.support.contracts.accept_milestone(
        call(who, "8/BB-NT"), task_id=task.id, milestone_number=number, actual_costs=costs
    )
    return accepted if walk.chance.random() < ASTRAY else claim(walk, HOST, task)


def claim(walk: Walk, who: Person, task: Task) -> object:
    """Payment of all that was accepted with a milestone; now and then the vouchers prove only half of it."""
    contract = walk.contract(task)
    number = walk.number(MilestoneStatus.ACCEPTED, of=contract)
    claimed = [
        walk.support.participations.claim_participation_payment(
            call(who),
            participation_id=cost.participation_id,
            milestone_number=number,
            vouchers=(Voucher("Hóa đơn", "HĐ-101", DAY, cost.actual_cost_vnd // walk.chance.choice((1, 1, 1, 1, 2))),),
        )
        for cost in contract.milestone(number).actual_costs
    ]
    assert claimed or contract.milestone(number).status is not MilestoneStatus.ACCEPTED
    return claimed


def leave(walk: Walk, who: Person, task: Task) -> object:
    some = walk.chance.choice(list(task.standing_grants) or [task.id])
    return walk.support.withdrawals.withdraw_participation(call(who), participation_id=some, reason="Không còn nhu cầu")


def close(walk: Walk, who: Person, task: Task) -> object:
    some = walk.chance.choice(list(task.standing_grants) or [task.id])
    return walk.support.participations.close_participation(call(who), participation_id=some, summary="Duy trì tốt")


def fail(walk: Walk, who: Person, task: Task) -> object:
    number = walk.number(MilestoneStatus.ACCEPTANCE_REQUESTED, of=walk.contract(task))
    where = {"task_id": task.id, "milestone_number": number}
    return walk.support.contracts.fail_milestone(call(who, "10/BB-NT"), **where, reason="Không có kết quả")


def require_fixes(walk: Walk, who: Person, task: Task) -> object:
    number = walk.number(MilestoneStatus.ACCEPTANCE_REQUESTED, of=walk.contract(task))
    where = {"task_id": task.id, "milestone_number": number}
    fixes = {"fixes": ("Bổ sung hồ sơ",), "fixes_due_on": END}
    return walk.support.contracts.require_milestone_fixes(call(who, "9/BB-NT"), **where, **fixes)


def pay(walk: Walk, who: Person, task: Task) -> object:
    number = walk.number(MilestoneStatus.ACCEPTED, of=walk.contract(task))
    return walk.support.contracts.pay_milestone(call(who), task_id=task.id, milestone_number=number)


def hold(walk: Walk, who: Person, task: Task) -> object:
    case = {"case_number": "VV-3", "reason": "Nghi trùng hỗ trợ"}
    return walk.support.contracts.hold_payments(call(who), task_id=task.id, **case)


def lift(walk: Walk, who: Person, task: Task) -> object:
    case = {"case_number": "VV-3", "reason": "Không trùng"}
    return walk.support.contracts.lift_payment_hold(call(who), task_id=task.id, **case)


def amend(walk: Walk, who: Person, task: Task) -> object:
    contract = walk.contract(task)
    open_to_change = {MilestoneStatus.PLANNED, MilestoneStatus.FAILED}
    milestones = tuple(
        milestone
        for milestone in walk.milestones(task)
        if milestone.number in contract.milestones and contract.milestone(milestone.number).status in open_to_change
    )
    return walk.support.contracts.amend_contract(
        call(who, "2/PL-HĐ"),
        task_id=task.id,
        reason="Điều chỉnh giá trị",
        ends_on=END,
        milestones=milestones,
        withdrawn_ids=(),
    )


def suspend(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.contracts.suspend_contract(call(who, "40/CV"), task_id=task.id, reason="Bão số 3")


def resume(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.contracts.resume_contract(call(who, "41/CV"), task_id=task.id, reason="Hết bão")


def terminate(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.contracts.terminate_contract(call(who, "70/QĐ"), task_id=task.id, reason="Giải thể")


def settle(walk: Walk, who: Person, task: Task) -> object:
    return walk.support.contracts.settle_contract(call(who, "3/QT-STC"), task_id=task.id)


def recover(walk: Walk, who: Person, task: Task) -> object:
    """What an inspection upheld, in whole or in part; now and then more than that, or of one that never was."""
    finding, participation_id, upheld_vnd = walk.upheld.get(task.id, (FindingReference(task.id, 1), task.id, 5_000_000))
    grant = task.grants.get(participation_id)
    ordered = walk.support.recoveries.order_recovery(
        call(who, f"{walk.chance.randrange(10**6)}/QĐ-TH"),
        task_id=task.id,
        debtor_id=grant.enterprise_id if grant else STAR_CONSULTING,
        amount_vnd=1 + upheld_vnd // walk.chance.choice((1, 2, 3)),
        due_on=END,
        reason="Chi sai mục đích",
        finding=finding,
    ).record
    receive = walk.support.recoveries.receive_recovery_instalment
    return receive(call(PAYER, "1/GNT"), recovery_id=ordered.id, amount_vnd=ordered.amount_vnd)


def repay(walk: Walk, who: Person, task: Task) -> object:  # noqa: ARG001 - what the host owes blocks every task
    recoveries = walk.support.recoveries
    owed = [recoveries.get_recovery(each) for each in recoveries.open_recovery_of(STAR_CONSULTING)]
    return [
        recoveries.receive_recovery_instalment(call(who, "3/GNT"), recovery_id=each.id, amount_vnd=each.outstanding_vnd)
        for each in owed
    ]


def inspect(walk: Walk, who: Person, task: Task) -> object:
    """From its opening to its conclusion."""
    paid_vnd_of = walk.contract(task).paid_vnd_of
    some = walk.chance.choice(list(paid_vnd_of) or [task.id])
    inspections, document = walk.support.inspections, f"{walk.chance.randrange(10**6)}/QĐ-TTTP"
    inspection_id = inspections.open_inspection(
        call(who, document), task_id=task.id, scope="Sử dụng kinh phí", holds_payments=walk.chance.random() < ASTRAY
    ).record.id
    found_vnd = paid_vnd_of.get(some, 0) // walk.chance.choice((1, 2, 3))
    inspections.record_inspection_finding(
        call(who),
        inspection_id=inspection_id,
        kind=walk.chance.choice(list(FindingKind)),
        participation_id=some,
        amount_vnd=found_vnd,
        description="Chi sai",
        evidence="Hóa đơn",
    )
    inspections.announce_inspection_findings(call(who), inspection_id=inspection_id, answer_by=END)
    inspections.answer_inspection(call(HOST), inspection_id=inspection_id, answer="Không sai")
    upheld_vnd = found_vnd // walk.chance.choice((1, 2))
    walk.upheld[task.id] = FindingReference(inspection_id, 1), some, upheld_vnd
    return inspections.conclude_inspection(
        call(SECOND_AUDITOR, document),
        inspection_id=inspection_id,
        summary="Chi sai",
        upheld=(UpheldFinding(1, upheld_vnd),),
    )


def move_money(walk: Walk, who: Person, task: Task) -> object:
    sides: list[UUID | None] = [task.budget_line_id, walk.chance.choice((None, *walk.line_ids))]
    walk.chance.shuffle(sides)
    adjustments = walk.support.adjustments
    asked = adjustments.request_budget_adjustment(
        call(OFFICER),
        from_line_id=sides[0],
        to_line_id=sides[1],
        amount_vnd=walk.chance.randrange(1, 60) * 1_000_000,
        reason="Nhiệm vụ tăng",
    ).record
    return adjustments.approve_budget_adjustment(call(who, "79/QĐ-UBND"), budget_adjustment_id=asked.id)


WHO: dict[Step, tuple[Person, ...]] = {
    enlist: (LEAD,),
    open_call: (OFFICER,),
    submit: (HOST,),
    give_back: (OFFICER,),
    resubmit: (HOST,),
    validate: (OFFICER, OFFICER, LEADER),
    reject: (OFFICER,),
    screen: (OFFICER,),
    decide_overlap: (LEAD, SECOND_OFFICER, OFFICER),
    join: (OFFICER,),
    renew: (OFFICER,),
    appoint: (LEAD,),
    match: (OFFICER,),
    recuse: (MEMBER, REVIEWER),
    judge: JUDGES,
    conclude: (CHAIR, SECRETARY),
    supply: (HOST,),
    confirm: (CHAIR, SECRETARY),
    reconvene: (LEAD,),
    send_papers: (OFFICER,),
    approve: (LEADER, DEPUTY),
    approve_some: (LEADER, DEPUTY),
    leave_waiting: (LEADER, DEPUTY),
    select_waiting: (LEADER, DEPUTY),
    refuse_waiting: (LEADER, DEPUTY),
    decline: (LEADER, DEPUTY),
    commit: (HOST,),
    sign: (LEAD,),
    advance: (PAYER,),
    implement: (HOST,),
    certify: (OFFICER,),
    surveil: (OFFICER,),
    ask_for_acceptance: (HOST,),
    judge_milestone: (LEAD,),
    accept: (LEAD, LEAD, PAYER),
    claim: (HOST,),
    leave: (HOST,),
    close: (OFFICER,),
    fail: (LEAD,),
    require_fixes: (LEAD,),
    pay: (PAYER, PAYER, LEAD),
    hold: (OFFICER,),
    lift: (LEAD, SECOND_OFFICER),
    amend: (LEAD,),
    suspend: (LEAD,),
    resume: (LEAD,),
    terminate: (LEAD,),
    settle: (SETTLER, PAYER),
    recover: (LEAD,),
    repay: (PAYER,),
    inspect: (AUDITOR,),
    move_money: (LEADER,),
}
ALL_STEPS = tuple(WHO)
UNDER_CONTRACT: tuple[Step, ...] = (
    *(
        advance,
        advance,
        advance,
        implement,
        implement,
        certify,
        certify,
        surveil,
        ask_for_acceptance,
        ask_for_acceptance,
        judge_milestone,
        judge_milestone,
    ),
    *(
        accept,
        accept,
        accept,
        claim,
        claim,
        fail,
        require_fixes,
        pay,
        pay,
        pay,
        pay,
        hold,
        lift,
        lift,
        amend,
        suspend,
        resume,
        resume,
        settle,
        leave,
    ),
)
JUDGING: tuple[Step, ...] = (screen, *[judge] * 24, *[conclude] * 3, send_papers, match, *[recuse] * 2, reject)
SCREENING: tuple[Step, ...] = (*[screen] * 8, decide_overlap, renew)
SUPPLEMENTING: tuple[Step, ...] = (*[supply] * 3, *[confirm] * 6, reconvene, approve, decline)
SUSPENDED: tuple[Step, ...] = (*[resume] * 4, terminate)
AT_THE_END: tuple[Step, ...] = (settle, surveil, *[recover] * 3, inspect, close, terminate)
LIKELY: dict[TaskStatus, tuple[Step, ...]] = {
    TaskStatus.PROPOSED: (enlist,),
    TaskStatus.ENLISTED: (open_call,),
    TaskStatus.OPEN: (submit,),
    TaskStatus.RECEIVED: (validate, validate, validate, give_back, reject),
    TaskStatus.RETURNED: (resubmit, resubmit, reject),
    TaskStatus.VALID: (screen, screen, decide_overlap, decide_overlap, renew, *[appoint] * 5, reject),
    TaskStatus.REJECTED: (open_call, move_money),
    TaskStatus.SCORED: (
        *(repay, *[screen] * 3, decide_overlap, *[approve] * 2, *[approve_some] * 4),
        *(leave_waiting, move_money, decline, decline),
    ),
    TaskStatus.WAITLISTED: (approve, approve, approve_some, move_money, decline),
    TaskStatus.APPROVED: (*[commit] * 4, *[select_waiting] * 2, refuse_waiting, sign, sign),
    TaskStatus.DECLINED: (move_money,),
    TaskStatus.CONTRACTED: UNDER_CONTRACT,
    TaskStatus.ACCEPTANCE_REQUESTED: UNDER_CONTRACT,
    TaskStatus.ACCEPTED: UNDER_CONTRACT,
    TaskStatus.PAID: AT_THE_END,
    TaskStatus.TERMINATED: AT_THE_END,
    TaskStatus.SETTLED: (recover, recover, inspect, close, move_money),
}
