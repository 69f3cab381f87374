"""All that may be done in support, by subject: the table of contents of the service."""

from __future__ import annotations

from dataclasses import dataclass

from services.shared.refusals import Invalid
from services.support.application.adjustments import Adjustments
from services.support.application.applications import Applications
from services.support.application.awards import Awards
from services.support.application.budget import Budget
from services.support.application.cases import Cases
from services.support.application.certificates import Certificates
from services.support.application.clocks import Clocks
from services.support.application.contracts import Contracts
from services.support.application.council_regulations import CouncilRegulations
from services.support.application.council_supplements import CouncilSupplements
from services.support.application.councils import Councils
from services.support.application.decisions import Decisions
from services.support.application.delegations import Delegations
from services.support.application.delivery import Delivery
from services.support.application.documents import Documents
from services.support.application.estimates import Estimates
from services.support.application.files import Files
from services.support.application.grant_calls import GrantCalls
from services.support.application.inspections import Inspections
from services.support.application.log import SupportLog
from services.support.application.overlap_decisions import OverlapDecisions
from services.support.application.overlaps import Overlaps
from services.support.application.participations import Participations
from services.support.application.priorities import Priorities
from services.support.application.products import Products
from services.support.application.rankings import Rankings
from services.support.application.recoveries import Recoveries
from services.support.application.reference import Reference
from services.support.application.registry import Registry
from services.support.application.renewals import Renewals
from services.support.application.waitlists import Waitlists
from services.support.application.withdrawals import Withdrawals
from services.support.read_models.tasks import TaskList


class PositionNotReached(Invalid):
    """A caller can only wait for what has been recorded."""

    sentence = "Nhật ký chưa có vị trí {position}."


@dataclass(frozen=True)
class Support:
    """Support's acts on one log, which asks one registry."""

    log: SupportLog
    reference: Reference
    budget: Budget
    estimates: Estimates
    adjustments: Adjustments
    documents: Documents
    delegations: Delegations
    applications: Applications
    overlaps: Overlaps
    overlap_decisions: OverlapDecisions
    renewals: Renewals
    grant_calls: GrantCalls
    withdrawals: Withdrawals
    cases: Cases
    council_regulations: CouncilRegulations
    priorities: Priorities
    rankings: Rankings
    waitlists: Waitlists
    councils: Councils
    council_supplements: CouncilSupplements
    files: Files
    decisions: Decisions
    contracts: Contracts
    delivery: Delivery
    participations: Participations
    certificates: Certificates
    inspections: Inspections
    recoveries: Recoveries
    products: Products
    awards: Awards
    clocks: Clocks

    @classmethod
    def over(cls, log: SupportLog, registry: Registry) -> Support:
        return cls(
            log=log,
            reference=Reference(log),
            budget=Budget(log),
            estimates=Estimates(log, TaskList(log)),
            adjustments=Adjustments(log),
            documents=Documents(log),
            delegations=Delegations(log),
            applications=Applications(log, registry),
            overlaps=Overlaps(log, registry),
            overlap_decisions=OverlapDecisions(log, registry),
            renewals=Renewals(log),
            grant_calls=GrantCalls(log, registry),
            withdrawals=Withdrawals(log, registry),
            cases=Cases(log),
            council_regulations=CouncilRegulations(log),
            priorities=Priorities(log, registry),
            rankings=Rankings(log),
            waitlists=Waitlists(log, registry),
            councils=Councils(log, registry),
            council_supplements=CouncilSupplements(log, registry),
            files=Files(log),
            decisions=Decisions(log, registry),
            contracts=Contracts(log, registry),
            delivery=Delivery(log, registry),
            participations=Participations(log, registry),
            certificates=Certificates(log),
            inspections=Inspections(log, registry),
            recoveries=Recoveries(log),
            products=Products(log, registry),
            awards=Awards(log, registry),
            clocks=Clocks(log),
        )

    def wait_for(self, position: int, timeout: float) -> None:  # noqa: ARG002 - the log itself never lags
        """What is read from the log shows every recorded event at once; PositionNotReached for a later one."""
        if position > self.log.head():
            raise PositionNotReached("min_position", position=position)
