"""What reporting does when the other services announce something: it keeps everything, and counts what counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from google.protobuf.message import Message
from nscl.common.v1.act_pb2 import Act as ActMessage
from nscl.registry.v1 import registry_events_pb2 as registry
from nscl.support.v1 import support_events_pb2 as support
from nscl.support.v1.support_resources_pb2 import ContentKind
from nscl.training.v1 import training_events_pb2 as training
from nscl.training.v1.training_resources_pb2 import Audience

from services.reporting.domain import indicators, reported
from services.reporting.domain.heard import Heard
from services.reporting.domain.indicators import Counted
from services.reporting.read_models.budget_line_sources import BudgetLineSources
from services.reporting.read_models.heard_events import HeardEvents
from services.reporting.read_models.indicators import Indicators
from services.reporting.read_models.trail import Trail
from services.shared.bus.consumers import Consumer
from services.shared.event_store import Cursor
from services.shared.record import Act
from services.shared.wire import choice_prefix


class Listener(Consumer):
    """Keeps every announcement of an owner for the trail.

    An announcement that counts for an indicator has a method of its own; the others, listed in ``told``, are only
    kept. Nothing is ignored, because the trail of a decision must not have a hole.
    """

    told: ClassVar[tuple[type[Message], ...]]

    def __init__(
        self, heard_events: HeardEvents, trail: Trail, indicators: Indicators, sources: BudgetLineSources
    ) -> None:
        self.heard_events = heard_events
        self.trail = trail
        self.indicators = indicators
        self.sources = sources

    @cached_property
    def handlers(self) -> Mapping[str, tuple[type[Message], Callable[[Message, int, Cursor], None]]]:
        """Those of the methods, and ``keep`` for each announcement that is only told."""
        return {**super().handlers, **{told.DESCRIPTOR.full_name: (told, self.keep) for told in self.told}}

    def keep(self, announcement: Any, position: int, cursor: Cursor) -> None:
        """Keep an announcement for the trail."""
        self.count(announcement, position, cursor, ())

    def count(self, announcement: Any, position: int, cursor: Cursor, counted: Sequence[Counted]) -> None:
        """Keep an announcement for the trail, and put it behind the values and figures it counts for."""
        event = heard(self.owner, announcement, position)
        self.heard_events.keep(event, cursor)
        self.trail.follow(event, cursor)
        if counted := [*counted, *reported.act_done(announcement.DESCRIPTOR.name, event.record_id)]:
            self.indicators.count(event, counted, cursor)


class RegistryListener(Listener):
    """What reporting hears of the registry: the standing that decisions about enterprises rest on."""

    owner = "registry"
    told = (
        registry.AccreditationRecorded,
        registry.BodyEstablished,
        registry.BranchClosed,
        registry.BranchOpened,
        registry.BusinessLinesAmended,
        registry.DeliveringOrganisationEnded,
        registry.DeliveringOrganisationRegistered,
        registry.DeliveringOrganisationRenamed,
        registry.EnterpriseDissolved,
        registry.EnterpriseMoved,
        registry.EnterpriseRegistered,
        registry.EnterpriseSizeRecorded,
        registry.FundingImportBegun,
        registry.FundingImportFinished,
        registry.OfferedServicesAmended,
        registry.OrganisationStopFlagLifted,
        registry.OrganisationStopFlagRaised,
        registry.OtherFundingCorrected,
        registry.EnterpriseRenamed,
        registry.EnterpriseSucceeded,
        registry.EnterprisesMerged,
        registry.EnterprisesSeparated,
        registry.LegalFormConverted,
        registry.LinkEnded,
        registry.LinkRecorded,
        registry.OtherFundingRecorded,
        registry.OtherFundingRevoked,
        registry.SizeRuleAdopted,
        registry.StandingAttested,
        registry.StandingRevoked,
        registry.StopFlagLifted,
        registry.StopFlagRaised,
        registry.UndertakingRuleAdopted,
    )


class SupportListener(Listener):
    """What reporting hears of support: every step of a funding decision, and what was reached by it."""

    owner = "support"
    told = (
        support.AwardDecided,
        support.AwardDossierReceived,
        support.AwardPreliminaryConcluded,
        support.AwardSubmitted,
        support.AwardWithdrawn,
        support.BudgetAdjustmentApproved,
        support.BudgetAdjustmentRefused,
        support.BudgetAdjustmentRequested,
        support.BudgetLineAdvanceCleared,
        support.BudgetLineAppraised,
        support.BudgetLineApproved,
        support.BudgetLineCarriedIn,
        support.BudgetLineCarriedOut,
        support.BudgetLineClosed,
        support.BudgetLineCommitted,
        support.BudgetLineCut,
        support.BudgetLineReleased,
        support.BudgetLineReserved,
        support.BudgetLineSupplemented,
        support.BudgetLineTransferredIn,
        support.BudgetLineTransferredOut,
        support.BudgetLineWithdrawn,
        support.BudgetRulesAdopted,
        support.BudgetRulesProposed,
        support.CaseConfirmed,
        support.CaseDismissed,
        support.CaseExamined,
        support.CaseFactAdded,
        support.CaseFactRevised,
        support.CaseOpened,
        support.CaseReopened,
        support.CatalogueAdopted,
        support.CertificatePaymentPermitted,
        support.CertificatePresented,
        support.CertificateReinstated,
        support.CertificateRenewed,
        support.CertificateSurveilled,
        support.CertificateSuspended,
        support.CertificateWithdrawn,
        support.ClaimConfirmed,
        support.ClaimExpired,
        support.ClaimLodged,
        support.ClaimQuestioned,
        support.ClaimReleased,
        support.ClaimRulesAdopted,
        support.ClaimRulesProposed,
        support.ClaimRelodged,
        support.ClaimRenewed,
        support.ClaimWidened,
        support.ContractAcceptanceRequested,
        support.ContractAdvancePaid,
        support.ContractAmended,
        support.ContractArchived,
        support.ContractFixesRequired,
        support.ContractLiquidated,
        support.ContractMilestoneAccepted,
        support.ContractMilestoneFailed,
        support.ContractMilestonePaid,
        support.ContractParticipationLeft,
        support.ContractPaymentHoldLifted,
        support.ContractPaymentsHeld,
        support.ContractProgressReported,
        support.ContractRecoveryOrdered,
        support.ContractResumed,
        support.ContractSettled,
        support.ContractSigned,
        support.ContractSuspended,
        support.ContractTerminated,
        support.CouncilAppointed,
        support.CouncilConcluded,
        support.CouncilConflictsDeclared,
        support.CouncilConflictsMatched,
        support.CouncilMemberRecused,
        support.CouncilMemberReplaced,
        support.CouncilPapersSent,
        support.CouncilReconvened,
        support.CouncilRegulationAdopted,
        support.CouncilRegulationProposed,
        support.CouncilScoreCast,
        support.CouncilSupplementAttested,
        support.CouncilSupplementConfirmed,
        support.CouncilSupplementDemanded,
        support.CouncilSupplementOvertaken,
        support.CouncilSupplementSupplied,
        support.DeadlineRulesAdopted,
        support.DeadlineRulesSuperseded,
        support.GrantCallApplicationReceived,
        support.GrantCallCancelled,
        support.GrantCallContentGranted,
        support.GrantCallContentFreed,
        support.GrantCallExtended,
        support.GrantCallOrderSkipped,
        support.GrantCallPublished,
        support.GrantTallyCounted,
        support.GrantTallyFreed,
        support.GrantTallyOpened,
        support.DelegationExercised,
        support.DelegationGranted,
        support.DelegationRevoked,
        support.DocumentRegisterCited,
        support.DocumentRegisterIssued,
        support.DocumentRegisterOpened,
        support.DocumentRegisterVoided,
        support.InspectionAnswered,
        support.InspectionConcluded,
        support.InspectionFindingRecorded,
        support.InspectionFindingsAnnounced,
        support.InspectionOpened,
        support.InspectionRecoveryOrdered,
        support.NormsAdopted,
        support.NormsEnded,
        support.NormsProposed,
        support.NormsRegisterEntered,
        support.NormsRegisterOpened,
        support.NormsRegisterShortened,
        support.ParticipationCertificateDenied,
        support.OverlapDecisionMade,
        support.OverlapDecisionMadeAnew,
        support.ParticipationCertified,
        support.ParticipationClosed,
        support.ParticipationCommitted,
        support.ParticipationImplemented,
        support.ParticipationMonitored,
        support.ParticipationPaid,
        support.ParticipationPaymentClaimed,
        support.ParticipationRefused,
        support.ParticipationRegistered,
        support.ParticipationScreened,
        support.ParticipationWaitlisted,
        support.ParticipationWithdrawn,
        support.PriorityFileDeclared,
        support.PriorityFileOpened,
        support.PriorityFileVerified,
        support.PriorityRulesAdopted,
        support.PriorityRulesOpened,
        support.PriorityRulesProposed,
        support.ProductReinstated,
        support.ProductRenewed,
        support.ProductSurveilled,
        support.ProductSuspended,
        support.ProductWithdrawn,
        support.RecoveryAccountAwardPermitted,
        support.RecoveryAccountDebtDischarged,
        support.RecoveryAccountDebtEntered,
        support.RecoveryAccountOpened,
        support.RecoveryInstalmentReceived,
        support.RecoveryOrdered,
        support.RecoveryWrittenOff,
        support.TaskAcceptanceRequested,
        support.TaskAccepted,
        support.TaskApplicationRejected,
        support.TaskApplicationResubmitted,
        support.TaskApplicationReturned,
        support.TaskApplicationSubmitted,
        support.TaskApplicationValidated,
        support.TaskAppliedUnderCall,
        support.TaskApproved,
        support.TaskCallOpened,
        support.TaskContracted,
        support.TaskCouncilReconvened,
        support.TaskDeclined,
        support.TaskDirectApplicationRejected,
        support.TaskReceiptGiven,
        support.TaskResubmissionExtended,
        support.TaskSelectedFromWaitlist,
        support.TaskWaitlisted,
        support.TaskWaitlistedRefused,
        support.WaitlistLeft,
        support.WaitlistOpened,
        support.TaskEnlisted,
        support.TaskMovedToLine,
        support.TaskPaid,
        support.TaskPapersFiled,
        support.TaskParticipationLeft,
        support.TaskProgressReported,
        support.TaskProposed,
        support.TaskScored,
        support.TaskSettled,
        support.TaskSupplementConfirmed,
        support.TaskSurveyed,
        support.TaskTerminated,
        support.TaskWithdrawn,
        support.WorkingCalendarAdopted,
        support.WorkingCalendarSuperseded,
        support.YearEstimateAppraised,
        support.YearEstimateApproved,
        support.YearEstimateDrafted,
        support.YearEstimateRedrafted,
        support.YearEstimateReturned,
    )

    def on_participation_selected(
        self, announcement: support.ParticipationSelected, position: int, cursor: Cursor
    ) -> None:
        counted = indicators.participation_selected(
            enterprise_id=UUID(announcement.enterprise_id),
            content_kind=choice_name(ContentKind, announcement.content_kind),
        )
        granted = reported.granted(
            f"{self.owner}:{position}", content_code=announcement.content_code, amount_vnd=announcement.amount_vnd
        )
        self.count(announcement, position, cursor, [*counted, *granted])

    def on_budget_line_drafted(self, announcement: support.BudgetLineDrafted, position: int, cursor: Cursor) -> None:
        self.keep(announcement, position, cursor)
        self.sources.keep(UUID(announcement.budget_line_id), announcement.source_code, cursor)

    def on_budget_line_paid(self, announcement: support.BudgetLinePaid, position: int, cursor: Cursor) -> None:
        self._count_money(reported.spent, announcement, position, cursor)

    def on_budget_line_advanced(self, announcement: support.BudgetLineAdvanced, position: int, cursor: Cursor) -> None:
        self._count_money(reported.spent, announcement, position, cursor)

    def on_budget_line_recovered(
        self, announcement: support.BudgetLineRecovered, position: int, cursor: Cursor
    ) -> None:
        self._count_money(reported.recovered, announcement, position, cursor)

    def _count_money(
        self, counting: Callable[..., Sequence[Counted]], announcement: Any, position: int, cursor: Cursor
    ) -> None:
        """Count money that left a budget line, or came back, for the source of the line."""
        source_code = self.sources.source_of(UUID(announcement.budget_line_id), cursor)
        counted = counting(f"{self.owner}:{position}", source_code=source_code, amount_vnd=announcement.amount_vnd)
        self.count(announcement, position, cursor, counted)

    def on_product_certified(self, announcement: support.ProductCertified, position: int, cursor: Cursor) -> None:
        counted = indicators.product_certified(announcement.product_group_code)
        self.count(announcement, position, cursor, counted)

    def on_award_nominated(self, announcement: support.AwardNominated, position: int, cursor: Cursor) -> None:
        counted = indicators.award_nominated(UUID(announcement.enterprise_id))
        self.count(announcement, position, cursor, counted)


class TrainingListener(Listener):
    """What reporting hears of training: who was reached, trained and certified."""

    owner = "training"
    told = (training.CourseCancelled, training.CourseHeld, training.CourseScheduled)

    def on_attendance_recorded(self, announcement: training.AttendanceRecorded, position: int, cursor: Cursor) -> None:
        counted = indicators.attendance_recorded(
            f"{self.owner}:{position}",
            audience=choice_name(Audience, announcement.audience),
            enterprise_id=UUID(announcement.enterprise_id) if announcement.enterprise_id else None,
        )
        self.count(announcement, position, cursor, counted)

    def on_dissemination_held(self, announcement: training.DisseminationHeld, position: int, cursor: Cursor) -> None:
        counted = indicators.dissemination_held(map(UUID, announcement.enterprise_ids))
        self.count(announcement, position, cursor, counted)

    def on_expert_certified(self, announcement: training.ExpertCertified, position: int, cursor: Cursor) -> None:
        counted = indicators.expert_certified(UUID(announcement.expert_id))
        self.count(announcement, position, cursor, counted)


def heard(owner: str, announcement: Any, position: int) -> Heard:
    """The event an announcement tells of, as plain values."""
    told = announcement.announced
    return Heard(
        service=owner,
        position=position,
        type=announcement.DESCRIPTOR.full_name,
        record_id=UUID(told.record_id),
        record_version=told.record_version,
        sentence=told.sentence,
        act=heard_act(told.act),
        concerns=tuple(map(UUID, told.concerns)),
    )


def heard_act(act: ActMessage) -> Act:
    day = act.effective_on
    return Act(
        person_id=UUID(act.person_id),
        body=act.body,
        capacity=act.capacity,
        effective_on=date(day.year, day.month, day.day),
        recorded_at=act.recorded_at.ToDatetime(tzinfo=UTC),
        request_id=UUID(act.request_id),
        document=act.document or None,
        cause=act.cause or None,
    )


def choice_name(enum: Any, number: int) -> str:
    """The word of an announced choice without its enum's prefix; ValueError for one this release does not know."""
    return str(enum.Name(number).removeprefix(choice_prefix(enum.DESCRIPTOR)))
