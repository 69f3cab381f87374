"""What support tells the other services: every event, because each is a step on the way of a funding decision.

An announcement bears the name of its record and its event, and its fields are among the event's own by the same names,
so the table below is all there is to say. What an event concerns are the records it names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from typing import Any
from uuid import UUID

from google.protobuf.message import Message
from nscl.support.v1 import support_events_pb2 as messages

from services.shared.bus.announcements import announced
from services.shared.record import Record
from services.shared.wire import filled
from services.support.domain.award import Award
from services.support.domain.budget_adjustment import BudgetAdjustment
from services.support.domain.budget_line import BudgetLine
from services.support.domain.budget_rules import BudgetRules
from services.support.domain.case import Case
from services.support.domain.catalogue import Catalogue
from services.support.domain.certificate import Certificate
from services.support.domain.claim import Claim
from services.support.domain.claim_rules import ClaimRules
from services.support.domain.contract import Contract
from services.support.domain.council import Council
from services.support.domain.council_regulation import CouncilRegulation
from services.support.domain.council_supplement import CouncilSupplement
from services.support.domain.deadline_rules import DeadlineRules
from services.support.domain.delegation import Delegation
from services.support.domain.document_register import DocumentRegister
from services.support.domain.grant_call import GrantCall
from services.support.domain.grant_tally import GrantTally
from services.support.domain.inspection import Inspection
from services.support.domain.norms import Norms
from services.support.domain.norms_register import NormsRegister
from services.support.domain.overlap_decision import OverlapDecision
from services.support.domain.participation import Participation
from services.support.domain.priority_file import PriorityFile
from services.support.domain.priority_rules import PriorityRules
from services.support.domain.product import Product
from services.support.domain.recovery import Recovery, RecoveryAccount
from services.support.domain.task import Task
from services.support.domain.waitlist import Waitlist
from services.support.domain.working_calendar import WorkingCalendar
from services.support.domain.year_estimate import YearEstimate

MESSAGES: Mapping[type[Record.Event], tuple[type[Message], str]] = {
    Catalogue.Adopted: (messages.CatalogueAdopted, "catalogue_id"),
    Norms.Proposed: (messages.NormsProposed, "norms_id"),
    Norms.Adopted: (messages.NormsAdopted, "norms_id"),
    Norms.Ended: (messages.NormsEnded, "norms_id"),
    NormsRegister.Opened: (messages.NormsRegisterOpened, "norms_register_id"),
    NormsRegister.Entered: (messages.NormsRegisterEntered, "norms_register_id"),
    NormsRegister.Shortened: (messages.NormsRegisterShortened, "norms_register_id"),
    GrantTally.Opened: (messages.GrantTallyOpened, "grant_tally_id"),
    GrantTally.Counted: (messages.GrantTallyCounted, "grant_tally_id"),
    GrantTally.Freed: (messages.GrantTallyFreed, "grant_tally_id"),
    BudgetRules.Proposed: (messages.BudgetRulesProposed, "budget_rules_id"),
    BudgetRules.Adopted: (messages.BudgetRulesAdopted, "budget_rules_id"),
    YearEstimate.Drafted: (messages.YearEstimateDrafted, "year_estimate_id"),
    YearEstimate.Redrafted: (messages.YearEstimateRedrafted, "year_estimate_id"),
    YearEstimate.Appraised: (messages.YearEstimateAppraised, "year_estimate_id"),
    YearEstimate.Returned: (messages.YearEstimateReturned, "year_estimate_id"),
    YearEstimate.Approved: (messages.YearEstimateApproved, "year_estimate_id"),
    BudgetAdjustment.Requested: (messages.BudgetAdjustmentRequested, "budget_adjustment_id"),
    BudgetAdjustment.Approved: (messages.BudgetAdjustmentApproved, "budget_adjustment_id"),
    BudgetAdjustment.Refused: (messages.BudgetAdjustmentRefused, "budget_adjustment_id"),
    BudgetLine.Drafted: (messages.BudgetLineDrafted, "budget_line_id"),
    BudgetLine.Appraised: (messages.BudgetLineAppraised, "budget_line_id"),
    BudgetLine.Approved: (messages.BudgetLineApproved, "budget_line_id"),
    BudgetLine.Reserved: (messages.BudgetLineReserved, "budget_line_id"),
    BudgetLine.Committed: (messages.BudgetLineCommitted, "budget_line_id"),
    BudgetLine.Paid: (messages.BudgetLinePaid, "budget_line_id"),
    BudgetLine.Released: (messages.BudgetLineReleased, "budget_line_id"),
    BudgetLine.Withdrawn: (messages.BudgetLineWithdrawn, "budget_line_id"),
    BudgetLine.TransferredOut: (messages.BudgetLineTransferredOut, "budget_line_id"),
    BudgetLine.TransferredIn: (messages.BudgetLineTransferredIn, "budget_line_id"),
    BudgetLine.Supplemented: (messages.BudgetLineSupplemented, "budget_line_id"),
    BudgetLine.Cut: (messages.BudgetLineCut, "budget_line_id"),
    BudgetLine.CarriedOut: (messages.BudgetLineCarriedOut, "budget_line_id"),
    BudgetLine.CarriedIn: (messages.BudgetLineCarriedIn, "budget_line_id"),
    BudgetLine.Closed: (messages.BudgetLineClosed, "budget_line_id"),
    DocumentRegister.Opened: (messages.DocumentRegisterOpened, "document_register_id"),
    DocumentRegister.Issued: (messages.DocumentRegisterIssued, "document_register_id"),
    DocumentRegister.Cited: (messages.DocumentRegisterCited, "document_register_id"),
    DocumentRegister.Voided: (messages.DocumentRegisterVoided, "document_register_id"),
    Delegation.Granted: (messages.DelegationGranted, "delegation_id"),
    Delegation.Exercised: (messages.DelegationExercised, "delegation_id"),
    Delegation.Revoked: (messages.DelegationRevoked, "delegation_id"),
    BudgetLine.Advanced: (messages.BudgetLineAdvanced, "budget_line_id"),
    BudgetLine.AdvanceCleared: (messages.BudgetLineAdvanceCleared, "budget_line_id"),
    BudgetLine.Recovered: (messages.BudgetLineRecovered, "budget_line_id"),
    Task.Proposed: (messages.TaskProposed, "task_id"),
    Task.Enlisted: (messages.TaskEnlisted, "task_id"),
    Task.CallOpened: (messages.TaskCallOpened, "task_id"),
    Task.ApplicationSubmitted: (messages.TaskApplicationSubmitted, "task_id"),
    Task.AppliedUnderCall: (messages.TaskAppliedUnderCall, "task_id"),
    Task.ReceiptGiven: (messages.TaskReceiptGiven, "task_id"),
    Task.ResubmissionExtended: (messages.TaskResubmissionExtended, "task_id"),
    Task.PapersFiled: (messages.TaskPapersFiled, "task_id"),
    Task.DirectApplicationRejected: (messages.TaskDirectApplicationRejected, "task_id"),
    Task.Surveyed: (messages.TaskSurveyed, "task_id"),
    Task.Withdrawn: (messages.TaskWithdrawn, "task_id"),
    Task.ParticipationLeft: (messages.TaskParticipationLeft, "task_id"),
    Task.ApplicationReturned: (messages.TaskApplicationReturned, "task_id"),
    Task.ApplicationResubmitted: (messages.TaskApplicationResubmitted, "task_id"),
    Task.ApplicationValidated: (messages.TaskApplicationValidated, "task_id"),
    Task.ApplicationRejected: (messages.TaskApplicationRejected, "task_id"),
    Task.Scored: (messages.TaskScored, "task_id"),
    Task.SupplementConfirmed: (messages.TaskSupplementConfirmed, "task_id"),
    Task.CouncilReconvened: (messages.TaskCouncilReconvened, "task_id"),
    Task.Approved: (messages.TaskApproved, "task_id"),
    Task.Waitlisted: (messages.TaskWaitlisted, "task_id"),
    Task.SelectedFromWaitlist: (messages.TaskSelectedFromWaitlist, "task_id"),
    Task.WaitlistedRefused: (messages.TaskWaitlistedRefused, "task_id"),
    Task.Declined: (messages.TaskDeclined, "task_id"),
    Task.Contracted: (messages.TaskContracted, "task_id"),
    Task.ProgressReported: (messages.TaskProgressReported, "task_id"),
    Task.AcceptanceRequested: (messages.TaskAcceptanceRequested, "task_id"),
    Task.Accepted: (messages.TaskAccepted, "task_id"),
    Task.Paid: (messages.TaskPaid, "task_id"),
    Task.Terminated: (messages.TaskTerminated, "task_id"),
    Task.Settled: (messages.TaskSettled, "task_id"),
    Task.MovedToLine: (messages.TaskMovedToLine, "task_id"),
    GrantCall.Published: (messages.GrantCallPublished, "grant_call_id"),
    GrantCall.Extended: (messages.GrantCallExtended, "grant_call_id"),
    GrantCall.Cancelled: (messages.GrantCallCancelled, "grant_call_id"),
    GrantCall.ApplicationReceived: (messages.GrantCallApplicationReceived, "grant_call_id"),
    GrantCall.ContentGranted: (messages.GrantCallContentGranted, "grant_call_id"),
    GrantCall.OrderSkipped: (messages.GrantCallOrderSkipped, "grant_call_id"),
    GrantCall.ContentFreed: (messages.GrantCallContentFreed, "grant_call_id"),
    Contract.Signed: (messages.ContractSigned, "contract_id"),
    Contract.AdvancePaid: (messages.ContractAdvancePaid, "contract_id"),
    Contract.ProgressReported: (messages.ContractProgressReported, "contract_id"),
    Contract.AcceptanceRequested: (messages.ContractAcceptanceRequested, "contract_id"),
    Contract.MilestoneAccepted: (messages.ContractMilestoneAccepted, "contract_id"),
    Contract.FixesRequired: (messages.ContractFixesRequired, "contract_id"),
    Contract.MilestoneFailed: (messages.ContractMilestoneFailed, "contract_id"),
    Contract.MilestonePaid: (messages.ContractMilestonePaid, "contract_id"),
    Contract.PaymentsHeld: (messages.ContractPaymentsHeld, "contract_id"),
    Contract.PaymentHoldLifted: (messages.ContractPaymentHoldLifted, "contract_id"),
    Contract.Amended: (messages.ContractAmended, "contract_id"),
    Contract.ParticipationLeft: (messages.ContractParticipationLeft, "contract_id"),
    Contract.Suspended: (messages.ContractSuspended, "contract_id"),
    Contract.Resumed: (messages.ContractResumed, "contract_id"),
    Contract.Terminated: (messages.ContractTerminated, "contract_id"),
    Contract.Settled: (messages.ContractSettled, "contract_id"),
    Contract.Liquidated: (messages.ContractLiquidated, "contract_id"),
    Contract.Archived: (messages.ContractArchived, "contract_id"),
    Contract.RecoveryOrdered: (messages.ContractRecoveryOrdered, "contract_id"),
    Recovery.Ordered: (messages.RecoveryOrdered, "recovery_id"),
    Recovery.InstalmentReceived: (messages.RecoveryInstalmentReceived, "recovery_id"),
    Recovery.WrittenOff: (messages.RecoveryWrittenOff, "recovery_id"),
    RecoveryAccount.Opened: (messages.RecoveryAccountOpened, "recovery_account_id"),
    RecoveryAccount.AwardPermitted: (messages.RecoveryAccountAwardPermitted, "recovery_account_id"),
    RecoveryAccount.DebtEntered: (messages.RecoveryAccountDebtEntered, "recovery_account_id"),
    RecoveryAccount.DebtDischarged: (messages.RecoveryAccountDebtDischarged, "recovery_account_id"),
    Inspection.Opened: (messages.InspectionOpened, "inspection_id"),
    Inspection.FindingRecorded: (messages.InspectionFindingRecorded, "inspection_id"),
    Inspection.FindingsAnnounced: (messages.InspectionFindingsAnnounced, "inspection_id"),
    Inspection.Answered: (messages.InspectionAnswered, "inspection_id"),
    Inspection.Concluded: (messages.InspectionConcluded, "inspection_id"),
    Inspection.RecoveryOrdered: (messages.InspectionRecoveryOrdered, "inspection_id"),
    Participation.Registered: (messages.ParticipationRegistered, "participation_id"),
    Participation.Screened: (messages.ParticipationScreened, "participation_id"),
    Participation.Selected: (messages.ParticipationSelected, "participation_id"),
    Participation.Waitlisted: (messages.ParticipationWaitlisted, "participation_id"),
    Participation.Committed: (messages.ParticipationCommitted, "participation_id"),
    Participation.Implemented: (messages.ParticipationImplemented, "participation_id"),
    Participation.Certified: (messages.ParticipationCertified, "participation_id"),
    Participation.Refused: (messages.ParticipationRefused, "participation_id"),
    Participation.Withdrawn: (messages.ParticipationWithdrawn, "participation_id"),
    PriorityRules.Opened: (messages.PriorityRulesOpened, "priority_rules_id"),
    PriorityRules.Proposed: (messages.PriorityRulesProposed, "priority_rules_id"),
    PriorityRules.Adopted: (messages.PriorityRulesAdopted, "priority_rules_id"),
    PriorityFile.Opened: (messages.PriorityFileOpened, "priority_file_id"),
    PriorityFile.Declared: (messages.PriorityFileDeclared, "priority_file_id"),
    PriorityFile.Verified: (messages.PriorityFileVerified, "priority_file_id"),
    Waitlist.Opened: (messages.WaitlistOpened, "waitlist_id"),
    Waitlist.Left: (messages.WaitlistLeft, "waitlist_id"),
    Participation.CertificateDenied: (messages.ParticipationCertificateDenied, "participation_id"),
    Participation.PaymentClaimed: (messages.ParticipationPaymentClaimed, "participation_id"),
    Participation.Paid: (messages.ParticipationPaid, "participation_id"),
    Participation.Monitored: (messages.ParticipationMonitored, "participation_id"),
    Participation.Closed: (messages.ParticipationClosed, "participation_id"),
    Claim.Lodged: (messages.ClaimLodged, "claim_id"),
    Claim.Relodged: (messages.ClaimRelodged, "claim_id"),
    Claim.Widened: (messages.ClaimWidened, "claim_id"),
    Claim.Confirmed: (messages.ClaimConfirmed, "claim_id"),
    Claim.Questioned: (messages.ClaimQuestioned, "claim_id"),
    Claim.Renewed: (messages.ClaimRenewed, "claim_id"),
    Claim.Expired: (messages.ClaimExpired, "claim_id"),
    Claim.Released: (messages.ClaimReleased, "claim_id"),
    Case.Opened: (messages.CaseOpened, "case_id"),
    Case.FactAdded: (messages.CaseFactAdded, "case_id"),
    Case.FactRevised: (messages.CaseFactRevised, "case_id"),
    Case.Reopened: (messages.CaseReopened, "case_id"),
    Case.Examined: (messages.CaseExamined, "case_id"),
    Case.Confirmed: (messages.CaseConfirmed, "case_id"),
    Case.Dismissed: (messages.CaseDismissed, "case_id"),
    ClaimRules.Proposed: (messages.ClaimRulesProposed, "claim_rules_id"),
    ClaimRules.Adopted: (messages.ClaimRulesAdopted, "claim_rules_id"),
    CouncilRegulation.Proposed: (messages.CouncilRegulationProposed, "council_regulation_id"),
    CouncilRegulation.Adopted: (messages.CouncilRegulationAdopted, "council_regulation_id"),
    Council.MemberReplaced: (messages.CouncilMemberReplaced, "council_id"),
    Council.PapersSent: (messages.CouncilPapersSent, "council_id"),
    Council.ConflictsMatched: (messages.CouncilConflictsMatched, "council_id"),
    Council.ConflictsDeclared: (messages.CouncilConflictsDeclared, "council_id"),
    OverlapDecision.Made: (messages.OverlapDecisionMade, "overlap_decision_id"),
    OverlapDecision.MadeAnew: (messages.OverlapDecisionMadeAnew, "overlap_decision_id"),
    Council.Appointed: (messages.CouncilAppointed, "council_id"),
    Council.MemberRecused: (messages.CouncilMemberRecused, "council_id"),
    Council.ScoreCast: (messages.CouncilScoreCast, "council_id"),
    Council.Concluded: (messages.CouncilConcluded, "council_id"),
    Council.Reconvened: (messages.CouncilReconvened, "council_id"),
    CouncilSupplement.Demanded: (messages.CouncilSupplementDemanded, "council_supplement_id"),
    CouncilSupplement.Supplied: (messages.CouncilSupplementSupplied, "council_supplement_id"),
    CouncilSupplement.Attested: (messages.CouncilSupplementAttested, "council_supplement_id"),
    CouncilSupplement.Confirmed: (messages.CouncilSupplementConfirmed, "council_supplement_id"),
    CouncilSupplement.Overtaken: (messages.CouncilSupplementOvertaken, "council_supplement_id"),
    Certificate.Presented: (messages.CertificatePresented, "certificate_id"),
    Certificate.Surveilled: (messages.CertificateSurveilled, "certificate_id"),
    Certificate.Suspended: (messages.CertificateSuspended, "certificate_id"),
    Certificate.Reinstated: (messages.CertificateReinstated, "certificate_id"),
    Certificate.Withdrawn: (messages.CertificateWithdrawn, "certificate_id"),
    Certificate.Renewed: (messages.CertificateRenewed, "certificate_id"),
    Certificate.PaymentPermitted: (messages.CertificatePaymentPermitted, "certificate_id"),
    Product.Certified: (messages.ProductCertified, "product_id"),
    Product.Surveilled: (messages.ProductSurveilled, "product_id"),
    Product.Suspended: (messages.ProductSuspended, "product_id"),
    Product.Reinstated: (messages.ProductReinstated, "product_id"),
    Product.Withdrawn: (messages.ProductWithdrawn, "product_id"),
    Product.Renewed: (messages.ProductRenewed, "product_id"),
    Award.Nominated: (messages.AwardNominated, "award_id"),
    Award.DossierReceived: (messages.AwardDossierReceived, "award_id"),
    Award.PreliminaryConcluded: (messages.AwardPreliminaryConcluded, "award_id"),
    Award.Submitted: (messages.AwardSubmitted, "award_id"),
    Award.Decided: (messages.AwardDecided, "award_id"),
    Award.Withdrawn: (messages.AwardWithdrawn, "award_id"),
    WorkingCalendar.Adopted: (messages.WorkingCalendarAdopted, "working_calendar_id"),
    WorkingCalendar.Superseded: (messages.WorkingCalendarSuperseded, "working_calendar_id"),
    DeadlineRules.Adopted: (messages.DeadlineRulesAdopted, "deadline_rules_id"),
    DeadlineRules.Superseded: (messages.DeadlineRulesSuperseded, "deadline_rules_id"),
}

NO_OTHER_RECORDS = frozenset(
    {
        "originator_id",
        "person_id",
        "principal_id",
        "delegate_id",
        "decided_by",
        "applicant_ids",
        "counterparty_signatory_id",
    }
)
"""Fields whose ids are no other record's: the event's own, and those of persons."""


def announce(event: Record.Event, _position: int) -> Message | None:
    """The announcement of an event; None for one that is no event of support."""
    if type(event) not in MESSAGES:
        return None
    message_class, id_field = MESSAGES[type(event)]
    return filled(
        message_class,
        event,
        announced=announced(event, concerns=_records_named_by(event.__dict__)),
        **{id_field: event.originator_id},
    )


def _records_named_by(fields: Mapping[str, Any]) -> Iterator[UUID]:
    """The ids of records among some fields and the lines they hold; persons are no records of support."""
    for name, value in fields.items():
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, UUID) and name not in NO_OTHER_RECORDS:
                yield each
            elif is_dataclass(each) and name != "act":
                yield from _records_named_by(vars(each))
