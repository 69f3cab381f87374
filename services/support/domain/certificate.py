"""A certificate that support has led to, so that one certificate is the result of one participation only."""

from __future__ import annotations

import unicodedata
from uuid import UUID, uuid5

from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Taken

__all__ = ["Certificate", "CertificateAlreadyPresented"]

CERTIFICATES = UUID("3d0b6f0a-5c39-4a7e-8a35-0d1b7c9e2f46")


class CertificateAlreadyPresented(Taken):
    """What a certificate costs is paid once: it is the result of one participation and of no other."""

    sentence = "Chứng chỉ {certificate_number} đã được ghi nhận là kết quả của một hồ sơ tham gia khác."


class Certificate(Record):
    """A certifier's number, presented once as the result of one participation (chứng chỉ là kết quả hỗ trợ).

    Its id follows from certifier and number, so that a second participation with the same certificate meets the first
    in the same stream, whoever presents it, also at the same moment.
    """

    TOPIC = "support:Certificate"

    class Event(Record.Event):
        """Something that happened to a certificate (sự kiện của chứng chỉ)."""

    class Presented(Event, Record.Created):
        """A certificate was presented as what support has led to (trình chứng chỉ)."""

        TOPIC = "support:Certificate.Presented"
        certification_body: str
        certificate_number: str
        participation_id: UUID
        task_id: UUID

        def sentence(self) -> str:
            return (
                f"Chứng chỉ {self.certificate_number} do {self.certification_body} cấp là kết quả của hồ sơ tham gia."
            )

    Created = Presented

    @staticmethod
    def create_id(certification_body: str, certificate_number: str) -> UUID:
        """The id of a certificate; case, spacing and Unicode form of both names do not matter."""
        return uuid5(CERTIFICATES, f"{_plain(certification_body)}\n{_plain(certificate_number)}")

    @recorded_by(Presented)
    def __init__(
        self, act: Act, certification_body: str, certificate_number: str, participation_id: UUID, task_id: UUID
    ) -> None:
        self.certification_body = certification_body
        self.certificate_number = certificate_number
        self.participation_id = participation_id
        self.task_id = task_id

    @classmethod
    def present(
        cls, act: Act, *, certification_body: str, certificate_number: str, participation_id: UUID, task_id: UUID
    ) -> Certificate:
        """A certificate becomes the result of a participation."""
        return cls(
            act=act,
            certification_body=certification_body,
            certificate_number=certificate_number,
            participation_id=participation_id,
            task_id=task_id,
        )


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFC", name).casefold().split())
