"""Enterprises: those whom the plan may help, what the bodies attest of them and what others already pay them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar
from uuid import UUID, uuid5

from services.registry.domain.body import Body
from services.registry.domain.business_line import (
    BusinessLine,
    BusinessLinesUnchanged,
    EndedLine,
    changed_lines,
    check_business_lines,
    ended_lines,
    lines_on,
)
from services.registry.domain.identifier import IdentifierKind
from services.registry.domain.other_funding import (
    CorrectionWithoutDifference,
    FundingDecidedInFuture,
    OtherFunding,
    OtherFundingAlreadyRecorded,
    OtherFundingRevokedBefore,
    OtherFundingUnknown,
    RecordedFunding,
)
from services.registry.domain.premises import MovedBeforeLastMove, Premises
from services.registry.domain.registration import (
    LegalForm,
    LegalFormNeedsSuccessor,
    LegalFormOutsideTargetGroup,
    LegalFormUnchanged,
    Particulars,
    Registration,
    RegistrationInFuture,
    TargetGroup,
)
from services.registry.domain.size import (
    SizeAlreadyRecorded,
    SizeRule,
    SizeYearBeforeRegistration,
    SizeYearNotOver,
    YearFigures,
    YearSize,
)
from services.registry.domain.standing import (
    AttestationLacksDocument,
    Standing,
    StandingField,
    StandingOfAnotherBody,
    StandingRevokedBefore,
    StandingUnknown,
    StandingVerdict,
)
from services.registry.domain.stop_flag import StopFlag, flag_to_lift, lifted, raised
from services.registry.domain.succession import SuccessionKind
from services.shared.personal_data import Sealed
from services.shared.record import Act, Record, document_of, recorded_by
from services.shared.refusals import Invalid, Refusal, Taken


class EnterpriseAlreadyRegistered(Taken):
    """An enterprise is registered once under its identifier."""

    sentence = "Cơ sở có mã định danh này đã được đăng ký."


class EnterpriseEnded(Refusal):
    """Nothing new is entered of an enterprise that is no more; what was before its end may still be."""

    sentence = "Cơ sở đã chấm dứt hoạt động từ ngày {ended_on:%d/%m/%Y}; chỉ ghi nhận được việc trước ngày đó."


class EndBeforeRegistration(Invalid):
    """An enterprise ends after it began."""

    sentence = "Cơ sở không thể chấm dứt hoạt động trước ngày đăng ký."


class PeriodEndsBeforeItBegins(Invalid):
    """A period's last day is not before its first."""

    sentence = "Ngày kết thúc không thể trước ngày bắt đầu."


class Enterprise(Record):
    """An enterprise, cooperative, seed centre or other establishment that may be helped."""

    TOPIC = "registry:Enterprise"
    SNAPSHOT_EVERY = 100

    target_group: TargetGroup
    legal_form: LegalForm
    identifier_kind: IdentifierKind
    no_identifier_reason: str | None
    particulars: Particulars | None
    sealed_particulars: Sealed | None
    unit_code: str
    business_lines: tuple[BusinessLine, ...]
    registered_on: date
    standings: tuple[Standing, ...]
    other_fundings: tuple[RecordedFunding, ...]
    stop_flags: tuple[StopFlag, ...]
    ended_on: date | None
    sizes: tuple[YearSize, ...]
    premises: tuple[Premises, ...]

    class Event(Record.Event):
        """Something that happened to an enterprise (sự kiện)."""

    class Registered(Event, Record.Created):
        """An enterprise was registered (đăng ký doanh nghiệp, hợp tác xã, trung tâm giống, cơ sở).

        ``particulars`` stands in clear, or ``sealed_particulars`` under the owner's key: never both.
        """

        TOPIC = "registry:Enterprise.Registered"
        target_group: TargetGroup
        legal_form: LegalForm
        identifier_kind: IdentifierKind
        no_identifier_reason: str | None
        particulars: Particulars | None
        sealed_particulars: Sealed | None
        unit_code: str
        business_lines: tuple[BusinessLine, ...]
        registered_on: date

        def sentence(self) -> str:
            named = f" {self.particulars.display_name}" if self.particulars else ""
            return (
                f"Đăng ký {self.legal_form.term}{named} thuộc nhóm {self.target_group.term}, "
                f"địa bàn đơn vị hành chính {self.unit_code}."
            )

    class StandingAttested(Event):
        """A body attested a duty (xác nhận thực hiện nghĩa vụ thuế, bảo hiểm, môi trường)."""

        TOPIC = "registry:Enterprise.StandingAttested"
        field: StandingField
        verdict: StandingVerdict
        valid_from: date
        valid_until: date

        def sentence(self) -> str:
            done = "đã" if self.verdict is StandingVerdict.FULFILLED else "chưa"
            return (
                f"Xác nhận cơ sở {done} thực hiện đầy đủ nghĩa vụ {self.field.term}, "
                f"có giá trị từ ngày {self.valid_from:%d/%m/%Y} đến ngày {self.valid_until:%d/%m/%Y}."
            )

    class StandingRevoked(Event):
        """A body took an attestation back (thu hồi xác nhận thực hiện nghĩa vụ)."""

        TOPIC = "registry:Enterprise.StandingRevoked"
        standing_id: UUID
        standing_version: int
        field: StandingField
        reason: str

        def sentence(self) -> str:
            return f"Thu hồi xác nhận thực hiện nghĩa vụ {self.field.term} của cơ sở, lý do: {self.reason}."

    class OtherFundingRecorded(Event):
        """State money from another scheme was recorded (ghi nhận hỗ trợ từ nguồn vốn khác của Nhà nước)."""

        TOPIC = "registry:Enterprise.OtherFundingRecorded"
        class_version: ClassVar[int] = 2
        other_funding_id: UUID
        funding: OtherFunding

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Fundings used not to tell for which products or sites they are."""
            state["funding"]["unit_keys"] = []

        def sentence(self) -> str:
            return f"Ghi nhận {self.funding.in_words()}."

    class OtherFundingCorrected(Event):
        """What was recorded of another scheme's money was corrected (đính chính hỗ trợ từ nguồn vốn khác)."""

        TOPIC = "registry:Enterprise.OtherFundingCorrected"
        class_version: ClassVar[int] = 2
        other_funding_id: UUID
        funding: OtherFunding
        instead_of: OtherFunding
        reason: str

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Fundings used not to tell for which products or sites they are."""
            state["funding"]["unit_keys"] = []
            state["instead_of"]["unit_keys"] = []

        def sentence(self) -> str:
            return f"Đính chính thành {self.funding.in_words()}, lý do: {self.reason}."

    class OtherFundingRevoked(Event):
        """Another scheme's money counts no longer (hủy ghi nhận hỗ trợ từ nguồn vốn khác)."""

        TOPIC = "registry:Enterprise.OtherFundingRevoked"
        class_version: ClassVar[int] = 2
        other_funding_id: UUID
        funding: OtherFunding
        reason: str

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Fundings used not to tell for which products or sites they are."""
            state["funding"]["unit_keys"] = []

        def sentence(self) -> str:
            return f"Hủy ghi nhận {self.funding.in_words()}, lý do: {self.reason}."

    class StopFlagRaised(Event):
        """A body asked that nothing be granted or paid for now (đặt cảnh báo tạm dừng)."""

        TOPIC = "registry:Enterprise.StopFlagRaised"
        stop_flag_id: UUID
        reason: str

        def sentence(self) -> str:
            return f"Đặt cảnh báo tạm dừng hỗ trợ đối với cơ sở theo {self.act.document}: {self.reason}"

    class StopFlagLifted(Event):
        """A stop flag was lifted (gỡ cảnh báo tạm dừng)."""

        TOPIC = "registry:Enterprise.StopFlagLifted"
        stop_flag_id: UUID
        reason: str

        def sentence(self) -> str:
            return f"Gỡ cảnh báo tạm dừng hỗ trợ đối với cơ sở theo {self.act.document}: {self.reason}"

    class Renamed(Event):
        """An enterprise took another name (đổi tên); in clear or under the owner's key, as at its registration."""

        TOPIC = "registry:Enterprise.Renamed"
        particulars: Particulars | None
        sealed_particulars: Sealed | None

        def sentence(self) -> str:
            return f"Đổi tên cơ sở thành {self.particulars.display_name}." if self.particulars else "Đổi tên cơ sở."

    class Succeeded(Event):
        """Others succeeded an enterprise (sáp nhập, hợp nhất, chia, tách), which ended unless they were separated."""

        TOPIC = "registry:Enterprise.Succeeded"
        kind: SuccessionKind
        successor_ids: tuple[UUID, ...]

        def sentence(self) -> str:
            return f"Ghi nhận việc {self.kind.term} cơ sở từ ngày {self.act.effective_on:%d/%m/%Y}."

    class Dissolved(Event):
        """An enterprise ended without a successor (giải thể)."""

        TOPIC = "registry:Enterprise.Dissolved"

        def sentence(self) -> str:
            return f"Cơ sở giải thể, chấm dứt hoạt động từ ngày {self.act.effective_on:%d/%m/%Y}."

    class SizeRecorded(Event):
        """How large an enterprise was in a year was recorded (ghi nhận quy mô theo năm)."""

        TOPIC = "registry:Enterprise.SizeRecorded"
        size: YearSize

        def sentence(self) -> str:
            return (
                f"Ghi nhận cơ sở có quy mô {self.size.size.term} trong năm {self.size.year} theo {self.size.document}."
            )

    class BusinessLinesAmended(Event):
        """Lines of business were added or ended (thay đổi ngành nghề kinh doanh)."""

        TOPIC = "registry:Enterprise.BusinessLinesAmended"
        added: tuple[BusinessLine, ...]
        ended: tuple[BusinessLine, ...]

        def sentence(self) -> str:
            told = [
                f"{word} {', '.join(f'{line.code} ({line.scheme})' for line in lines)}"
                for word, lines in (("bổ sung", self.added), ("chấm dứt", self.ended))
                if lines
            ]
            return f"Thay đổi ngành nghề kinh doanh của cơ sở: {'; '.join(told)}."

    class Moved(Event):
        """An enterprise moved (chuyển địa điểm); the street in clear or under the owner's key, as at registration."""

        TOPIC = "registry:Enterprise.Moved"
        unit_code: str
        particulars: Particulars | None
        sealed_particulars: Sealed | None

        def sentence(self) -> str:
            return (
                f"Cơ sở chuyển địa điểm đến đơn vị hành chính {self.unit_code} "
                f"từ ngày {self.act.effective_on:%d/%m/%Y}."
            )

    class LegalFormConverted(Event):
        """An enterprise took another legal form (chuyển đổi loại hình)."""

        TOPIC = "registry:Enterprise.LegalFormConverted"
        legal_form: LegalForm

        def sentence(self) -> str:
            return f"Cơ sở chuyển đổi loại hình thành {self.legal_form.term}."

    Created = Registered

    @recorded_by(Registered)
    def __init__(
        self,
        act: Act,
        id: UUID,  # noqa: A002 - the library's name
        target_group: TargetGroup,
        legal_form: LegalForm,
        identifier_kind: IdentifierKind,
        no_identifier_reason: str | None,
        particulars: Particulars | None,
        sealed_particulars: Sealed | None,
        unit_code: str,
        business_lines: tuple[BusinessLine, ...],
        registered_on: date,
    ) -> None:
        self.target_group = target_group
        self.legal_form = legal_form
        self.identifier_kind = identifier_kind
        self.no_identifier_reason = no_identifier_reason
        self.particulars = particulars
        self.sealed_particulars = sealed_particulars
        self.unit_code = unit_code
        self.business_lines = business_lines
        self.registered_on = registered_on
        self.standings = ()
        self.other_fundings = ()
        self.stop_flags = ()
        self.ended_on = None
        self.sizes = ()
        self.premises = (Premises(unit_code, registered_on, named_on=act.effective_on),)

    @classmethod
    def register(
        cls, act: Act, enterprise_id: UUID, registration: Registration, seal: Callable[[Particulars], Sealed]
    ) -> Enterprise:
        """Enter an enterprise of a target group; ``seal`` is used only where the particulars are personal data."""
        form = registration.legal_form
        if form.target_group is not registration.target_group:
            raise LegalFormOutsideTargetGroup(
                "legal_form", legal_form=form.term, target_group=registration.target_group.term
            )
        code = registration.checked_identifier(act.capacity)
        if registration.registered_on > act.effective_on:
            raise RegistrationInFuture("registered_on")
        check_business_lines(
            registration.business_lines, registered_on=registration.registered_on, effective_on=act.effective_on
        )
        given = registration.particulars
        particulars = Particulars(display_name=given.display_name, identifier_code=code, street=given.street)
        return cls(
            act=act,
            id=enterprise_id,
            target_group=registration.target_group,
            legal_form=form,
            identifier_kind=registration.identifier_kind,
            no_identifier_reason=registration.no_identifier_reason,
            particulars=None if form.personal else particulars,
            sealed_particulars=seal(particulars) if form.personal else None,
            unit_code=registration.unit_code,
            business_lines=registration.business_lines,
            registered_on=registration.registered_on,
        )

    def attest_standing(
        self,
        act: Act,
        body: Body,
        field: StandingField,
        verdict: StandingVerdict,
        valid_from: date,
        valid_until: date,
    ) -> None:
        """Record what ``body`` says of a duty; refuses a body that is not in charge of it."""
        body.check_attests(field)
        if act.document is None:
            raise AttestationLacksDocument("basis.document")
        if valid_until < valid_from:
            raise PeriodEndsBeforeItBegins("valid_until")
        self.must_exist_on(valid_from)
        self._standing_attested(act=act, field=field, verdict=verdict, valid_from=valid_from, valid_until=valid_until)

    @recorded_by(StandingAttested)
    def _standing_attested(
        self, act: Act, field: StandingField, verdict: StandingVerdict, valid_from: date, valid_until: date
    ) -> None:
        standing = Standing(
            field=field,
            verdict=verdict,
            valid_from=valid_from,
            valid_until=valid_until,
            body=act.body,
            document=act.document or "",
            version=self.version + 1,
        )
        self.standings = (*self.standings, standing)

    def revoke_standing(self, act: Act, body: Body, standing_id: UUID, reason: str) -> None:
        """Take back what ``body``, or the body it succeeded, attested; what was attested before it counts again."""
        standing = next((known for known in self.standings if known.id_at(self.id) == standing_id), None)
        if standing is None:
            raise StandingUnknown(standing_id=standing_id)
        if standing.body not in (body.code, *(predecessor.code for predecessor in body.predecessors)):
            raise StandingOfAnotherBody(body=standing.body)
        if act.document is None:
            raise AttestationLacksDocument("basis.document")
        if standing.revoked:
            raise StandingRevokedBefore(field=standing.field.term)
        self._standing_revoked(
            act=act, standing_id=standing_id, standing_version=standing.version, field=standing.field, reason=reason
        )

    @recorded_by(StandingRevoked)
    def _standing_revoked(
        self, act: Act, standing_id: UUID, standing_version: int, field: StandingField, reason: str
    ) -> None:
        self.standings = tuple(
            replace(standing, revoked=True) if standing.version == standing_version else standing
            for standing in self.standings
        )

    def record_other_funding(
        self, act: Act, funding: OtherFunding, *, elsewhere: Iterable[RecordedFunding] = ()
    ) -> None:
        """Record State money from another scheme; refuses the same decision twice, and one that was revoked.

        ``elsewhere`` is what is known of it under other records of the same enterprise.
        """
        self._check_funding(act, funding)
        self._check_not_recorded(funding, among=(*self.other_fundings, *elsewhere))
        other_funding_id = uuid5(self.id, f"other-funding:{len(self.other_fundings) + 1}")
        self._other_funding_recorded(act=act, other_funding_id=other_funding_id, funding=funding)

    def correct_other_funding(self, act: Act, other_funding_id: UUID, funding: OtherFunding, reason: str) -> None:
        """Record what should have been recorded instead; what was recorded stays in the log."""
        known = self._standing_funding(other_funding_id)
        self._check_funding(act, funding)
        if funding == known.funding:
            raise CorrectionWithoutDifference("")
        self._check_not_recorded(funding, among=[other for other in self.other_fundings if other is not known])
        self._other_funding_corrected(
            act=act, other_funding_id=other_funding_id, funding=funding, instead_of=known.funding, reason=reason
        )

    def revoke_other_funding(self, act: Act, other_funding_id: UUID, reason: str) -> None:
        """Let a funding count no longer; refuses one that is unknown or revoked already."""
        known = self._standing_funding(other_funding_id)
        self._other_funding_revoked(act=act, other_funding_id=other_funding_id, funding=known.funding, reason=reason)

    def _standing_funding(self, other_funding_id: UUID) -> RecordedFunding:
        known = next((known for known in self.other_fundings if known.id == other_funding_id), None)
        if known is None:
            raise OtherFundingUnknown(other_funding_id=other_funding_id)
        if known.revoked:
            raise OtherFundingRevokedBefore(
                content_code=known.funding.content_code, legal_basis=known.funding.legal_basis
            )
        return known

    def _check_funding(self, act: Act, funding: OtherFunding) -> None:
        """Refuse a funding that cannot have been decided as it is told, on the day of the act and in its own life."""
        if funding.decided_on > act.effective_on:
            raise FundingDecidedInFuture("decided_on")
        if funding.period_to < funding.period_from:
            raise PeriodEndsBeforeItBegins("period_to")
        self.must_exist_on(funding.decided_on)

    def _check_not_recorded(self, funding: OtherFunding, *, among: Iterable[RecordedFunding]) -> None:
        known = next((known for known in among if known.tells_of(funding)), None)
        if known is not None:
            refusal = OtherFundingRevokedBefore if known.revoked else OtherFundingAlreadyRecorded
            raise refusal(content_code=funding.content_code, legal_basis=funding.legal_basis)

    @recorded_by(OtherFundingRecorded)
    def _other_funding_recorded(self, act: Act, other_funding_id: UUID, funding: OtherFunding) -> None:
        recorded = RecordedFunding(id=other_funding_id, funding=funding, version=self.version + 1)
        self.other_fundings = (*self.other_fundings, recorded)

    @recorded_by(OtherFundingCorrected)
    def _other_funding_corrected(
        self, act: Act, other_funding_id: UUID, funding: OtherFunding, instead_of: OtherFunding, reason: str
    ) -> None:
        self.other_fundings = tuple(
            replace(known, funding=funding, version=self.version + 1, earlier=(*known.earlier, instead_of))
            if known.id == other_funding_id
            else known
            for known in self.other_fundings
        )

    @recorded_by(OtherFundingRevoked)
    def _other_funding_revoked(self, act: Act, other_funding_id: UUID, funding: OtherFunding, reason: str) -> None:
        self.other_fundings = tuple(
            replace(known, revoked=True) if known.id == other_funding_id else known for known in self.other_fundings
        )

    def rename(self, act: Act, renamed: Particulars, seal: Callable[[Particulars], Sealed]) -> None:
        """Take another name by the act's document; ``renamed`` are all its particulars with the new name."""
        document_of(act)
        self.must_exist_on(act.effective_on)
        personal = self.legal_form.personal
        self._renamed(
            act=act,
            particulars=None if personal else renamed,
            sealed_particulars=seal(renamed) if personal else None,
        )

    @recorded_by(Renamed)
    def _renamed(self, act: Act, particulars: Particulars | None, sealed_particulars: Sealed | None) -> None:
        self.particulars = particulars
        self.sealed_particulars = sealed_particulars

    def record_size(self, act: Act, rule: SizeRule, figures: YearFigures) -> None:
        """Record how large it was in a year, in the class that ``rule`` makes of the figures of the act's document."""
        document = document_of(act)
        if figures.year >= act.effective_on.year:
            raise SizeYearNotOver("year", year=figures.year)
        if figures.year < self.registered_on.year:
            raise SizeYearBeforeRegistration("year", year=figures.year)
        self.must_exist_on(date(figures.year, 1, 1))
        known = self.size_in(figures.year)
        if known is not None and known.figures == figures:
            raise SizeAlreadyRecorded(year=figures.year)
        size = YearSize(figures, rule.size_of(figures), document, rule.valid_from, rule.legal_basis)
        self._size_recorded(act=act, size=size)

    @recorded_by(SizeRecorded)
    def _size_recorded(self, act: Act, size: YearSize) -> None:
        self.sizes = (*self.sizes, size)

    def change_business_lines(self, act: Act, added: tuple[BusinessLine, ...], ended: tuple[EndedLine, ...]) -> None:
        """Add lines and end others by the act's document; what was registered before stays as it was."""
        document_of(act)
        self.must_exist_on(act.effective_on)
        if not added and not ended:
            raise BusinessLinesUnchanged("added")
        closed = ended_lines(self.business_lines, ended, effective_on=act.effective_on)
        check_business_lines(
            added,
            registered_on=self.registered_on,
            effective_on=act.effective_on,
            known=changed_lines(self.business_lines, (), closed),
            field="added",
        )
        self._business_lines_amended(act=act, added=added, ended=closed)

    @recorded_by(BusinessLinesAmended)
    def _business_lines_amended(
        self, act: Act, added: tuple[BusinessLine, ...], ended: tuple[BusinessLine, ...]
    ) -> None:
        self.business_lines = changed_lines(self.business_lines, added, ended)

    def move(self, act: Act, unit_code: str, moved: Particulars, seal: Callable[[Particulars], Sealed]) -> None:
        """Move by the act's document on its effective date; ``moved`` are all its particulars with the new street."""
        document_of(act)
        self.must_exist_on(act.effective_on)
        since = self.premises[-1].valid_from
        if act.effective_on <= since:
            raise MovedBeforeLastMove("basis.effective_on", since=since)
        personal = self.legal_form.personal
        self._moved(
            act=act,
            unit_code=unit_code,
            particulars=None if personal else moved,
            sealed_particulars=seal(moved) if personal else None,
        )

    @recorded_by(Moved)
    def _moved(
        self, act: Act, unit_code: str, particulars: Particulars | None, sealed_particulars: Sealed | None
    ) -> None:
        self.unit_code = unit_code
        self.particulars = particulars
        self.sealed_particulars = sealed_particulars
        self.premises = (*self.premises, Premises(unit_code, act.effective_on, named_on=act.effective_on))

    def change_legal_form(self, act: Act, legal_form: LegalForm) -> None:
        """Take another legal form by the act's document; its group follows. A household business is its owner, so that
        what it becomes is another enterprise, its successor."""
        document_of(act)
        self.must_exist_on(act.effective_on)
        if legal_form is self.legal_form:
            raise LegalFormUnchanged("legal_form", legal_form=legal_form.term)
        if legal_form.personal or self.legal_form.personal:
            raise LegalFormNeedsSuccessor("legal_form")
        legal_form.check_known_by(self.identifier_kind, "legal_form")
        self._legal_form_converted(act=act, legal_form=legal_form)

    @recorded_by(LegalFormConverted)
    def _legal_form_converted(self, act: Act, legal_form: LegalForm) -> None:
        self.legal_form = legal_form
        self.target_group = legal_form.target_group

    def be_succeeded(self, act: Act, kind: SuccessionKind, successor_ids: tuple[UUID, ...]) -> None:
        """Record who succeeds it, from the act's effective date on; it ends unless they were separated from it."""
        document_of(act)
        kind.check_successors(self.id, successor_ids)
        self._check_may_end(act.effective_on)
        self._succeeded(act=act, kind=kind, successor_ids=successor_ids)

    @recorded_by(Succeeded)
    def _succeeded(self, act: Act, kind: SuccessionKind, successor_ids: tuple[UUID, ...]) -> None:
        if kind.ends:
            self.ended_on = act.effective_on

    def dissolve(self, act: Act) -> None:
        """End without a successor, from the act's effective date on."""
        document_of(act)
        self._check_may_end(act.effective_on)
        self._dissolved(act=act)

    @recorded_by(Dissolved)
    def _dissolved(self, act: Act) -> None:
        self.ended_on = act.effective_on

    def must_exist_on(self, day: date) -> None:
        """Raises EnterpriseEnded when it is no more on a day."""
        if self.ended_on is not None and day >= self.ended_on:
            raise EnterpriseEnded(ended_on=self.ended_on)

    def _check_may_end(self, day: date) -> None:
        if self.ended_on is not None:
            raise EnterpriseEnded(ended_on=self.ended_on)
        if day <= self.registered_on:
            raise EndBeforeRegistration("basis.effective_on")

    def raise_stop_flag(self, act: Act, reason: str) -> None:
        """Ask, by the act's document, that nothing be granted or paid until the flag is lifted."""
        document_of(act)
        stop_flag_id = uuid5(self.id, f"stop-flag:{len(self.stop_flags) + 1}")
        self._stop_flag_raised(act=act, stop_flag_id=stop_flag_id, reason=reason)

    @recorded_by(StopFlagRaised)
    def _stop_flag_raised(self, act: Act, stop_flag_id: UUID, reason: str) -> None:
        self.stop_flags = (*self.stop_flags, raised(act, stop_flag_id, reason))

    def lift_stop_flag(self, act: Act, stop_flag_id: UUID, reason: str) -> None:
        """Lift a flag by the act's document; refuses the person who raised it, and a flag that is lifted already."""
        flag_to_lift(act, self.stop_flags, stop_flag_id)
        self._stop_flag_lifted(act=act, stop_flag_id=stop_flag_id, reason=reason)

    @recorded_by(StopFlagLifted)
    def _stop_flag_lifted(self, act: Act, stop_flag_id: UUID, reason: str) -> None:
        self.stop_flags = lifted(self.stop_flags, stop_flag_id, act.effective_on)

    def stop_flags_on(self, day: date) -> tuple[StopFlag, ...]:
        """The stop flags in force on a day."""
        return tuple(flag for flag in self.stop_flags if flag.stands_on(day))

    def size_in(self, year: int) -> YearSize | None:
        """Its size in a year as recorded last; None where nobody recorded it."""
        return next((size for size in reversed(self.sizes) if size.year == year), None)

    def premises_on(self, day: date) -> Premises:
        """Where it was on a day; before its registration, where it began."""
        held = (premises for premises in reversed(self.premises) if premises.valid_from <= day)
        return next(held, self.premises[0])

    def lines_on(self, day: date) -> tuple[BusinessLine, ...]:
        """The lines of business registered on a day."""
        return lines_on(self.business_lines, day)

    def standing_on(self, field: StandingField, day: date) -> Standing | None:
        """What was attested last of a duty for a day; None where nobody has attested it."""
        of_field = (standing for standing in reversed(self.standings) if standing.field is field)
        return next((standing for standing in of_field if standing.holds_on(day)), None)

    def fundings_on(self, content_code: str, day: date) -> tuple[RecordedFunding, ...]:
        """Other schemes' funding of a content, decided by a day and not ended on it."""
        return tuple(
            known
            for known in self.other_fundings
            if not known.revoked and known.funding.content_code == content_code and known.funding.stands_on(day)
        )

    def fundings_of(self, content_code: str) -> tuple[RecordedFunding, ...]:
        """Other schemes' funding of a content that counts, whenever it was decided and whether it has ended or not."""
        return tuple(
            known for known in self.other_fundings if not known.revoked and known.funding.content_code == content_code
        )
