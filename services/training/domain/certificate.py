"""The claim to a certificate number, so that one certificate makes one expert only."""

from __future__ import annotations

from uuid import UUID, uuid5

from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Taken
from services.shared.spelling import plain

__all__ = ["Certificate", "CertificateAlreadyRecorded"]

CERTIFICATES = UUID("8a1f0c0e-3f53-4c39-9d0a-5b8c2f1d7e64")


class CertificateAlreadyRecorded(Taken):
    """The certifier's number belongs to a certificate in the log already."""

    sentence = "Chứng chỉ số này của tổ chức chứng nhận đã được ghi nhận."


class Certificate(Record):
    """A certifier's number, claimed once and for ever by one expert (số chứng chỉ).

    Its id follows from certifier and number, so that a second claim meets the first in the same stream, whoever makes
    it. A certificate number is public; it is no tax code and no personal identity number.
    """

    TOPIC = "training:Certificate"

    class Event(Record.Event):
        """Something that happened to a certificate number (sự kiện của số chứng chỉ)."""

    class Claimed(Event, Record.Created):
        """A certificate number was taken for one expert (giữ số chứng chỉ)."""

        TOPIC = "training:Certificate.Claimed"
        certifier: str
        certificate_number: str
        expert_id: UUID

        def sentence(self) -> str:
            return f"Số chứng chỉ do {self.certifier} cấp được giữ cho một chuyên gia."

    Created = Claimed

    @staticmethod
    def create_id(certifier: str, certificate_number: str) -> UUID:
        """The id of a certificate; case, spacing and Unicode form of both names do not matter."""
        return uuid5(CERTIFICATES, f"{plain(certifier)}\n{plain(certificate_number)}")

    @recorded_by(Claimed)
    def __init__(self, act: Act, certifier: str, certificate_number: str, expert_id: UUID) -> None:
        self.certifier = certifier
        self.certificate_number = certificate_number
        self.expert_id = expert_id
