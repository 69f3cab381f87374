"""A person certified as a productivity and quality expert (Kế hoạch 134/KH-UBND, III.4.a)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID, uuid5

from services.shared.personal_data import Sealed
from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Invalid, Refusal

__all__ = ["Certification", "Expert"]

EXPERTS = UUID("5e0b6b0a-0a5c-4b8e-8f6e-0d3c7a94b2f1")


class CertificateEndsBeforeItStarts(Invalid):
    """The last day of validity lies before the first."""

    sentence = "Ngày hết hiệu lực của chứng chỉ không được trước ngày cấp."


class CertificateNotYetIssued(Refusal):
    """A certificate is recorded once it was issued."""

    sentence = "Chứng chỉ cấp ngày {issued_on:%d/%m/%Y} chưa có vào ngày ghi nhận {effective_on:%d/%m/%Y}."


@dataclass(frozen=True)
class Certification:
    """What one certificate says; ``valid_until`` is its last day, None where it does not expire."""

    scheme: str
    certifier: str
    level: str | None
    certificate_number: str
    issued_on: date
    valid_until: date | None
    course_id: UUID | None

    def valid_on(self, day: date) -> bool:
        """Whether the certificate holds on that day: derived at each question, never recorded as a fact."""
        return self.issued_on <= day and (self.valid_until is None or day <= self.valid_until)


class Expert(Record):
    """A person with at least one certificate (chuyên gia năng suất chất lượng).

    One record per person, so that renewals and further schemes do not count as further experts (K2).
    """

    TOPIC = "training:Expert"

    class Event(Record.Event):
        """Something that happened to an expert (sự kiện của chuyên gia)."""

    class Enrolled(Event, Record.Created):
        """A person was entered in the register of experts (ghi danh chuyên gia)."""

        TOPIC = "training:Expert.Enrolled"
        person_id: UUID

        def sentence(self) -> str:
            return "Ghi danh một chuyên gia năng suất chất lượng."

    Created = Enrolled

    class Certified(Event):
        """A certifier certified the expert (chứng nhận chuyên gia)."""

        TOPIC = "training:Expert.Certified"
        name: Sealed
        certification: Certification

        def sentence(self) -> str:
            certificate = self.certification
            level = f", bậc {certificate.level}" if certificate.level else ""
            until = f" đến ngày {certificate.valid_until:%d/%m/%Y}" if certificate.valid_until else ""
            what = f"{certificate.certifier} chứng nhận một chuyên gia năng suất chất lượng theo {certificate.scheme}"
            return f"{what}{level}, hiệu lực từ ngày {certificate.issued_on:%d/%m/%Y}{until}."

    @staticmethod
    def create_id(person_id: UUID) -> UUID:
        """The id of a person's one expert record."""
        return uuid5(EXPERTS, str(person_id))

    @recorded_by(Enrolled)
    def __init__(self, act: Act, person_id: UUID) -> None:
        self.person_id = person_id
        self.name: Sealed | None = None
        self.certifications: tuple[Certification, ...] = ()

    @classmethod
    def enrol(cls, act: Act, *, person_id: UUID) -> Self:
        """A person about to be certified for the first time."""
        return cls(act=act, person_id=person_id)

    def certify(self, act: Act, *, name: Sealed, certification: Certification) -> None:
        """A certificate is recorded, and the name as it stands there becomes the expert's.

        Raises CertificateEndsBeforeItStarts and CertificateNotYetIssued.
        """
        if certification.valid_until is not None and certification.valid_until < certification.issued_on:
            raise CertificateEndsBeforeItStarts("valid_until")
        if act.effective_on < certification.issued_on:
            raise CertificateNotYetIssued(issued_on=certification.issued_on, effective_on=act.effective_on)
        self._certified(act=act, name=name, certification=certification)

    @recorded_by(Certified)
    def _certified(self, act: Act, name: Sealed, certification: Certification) -> None:
        self.name = name
        self.certifications += (certification,)
