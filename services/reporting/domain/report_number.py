"""The number of a published report, so that one number is one report's."""

from __future__ import annotations

from uuid import UUID, uuid5

from services.shared.record import Act, Record, document_of, recorded_by
from services.shared.refusals import Taken
from services.shared.spelling import plain

__all__ = ["ReportNumber", "ReportNumberTaken"]

NUMBERS = UUID("5c1e8f56-64a4-4a2f-b7a8-5f2f6b0f2b71")


class ReportNumberTaken(Taken):
    """A body gives a number to one report in a year."""

    sentence = "Số văn bản {document} năm {year} đã là số của một báo cáo khác."


class ReportNumber(Record):
    """A body's number of a year, taken once and for ever by one report (số báo cáo).

    Its id follows from body, year and number, so that a second report meets the first in the same stream.
    """

    TOPIC = "reporting:ReportNumber"

    class Event(Record.Event):
        """Something that happened to a number (sự kiện của số báo cáo)."""

    class Given(Event, Record.Created):
        """A number was given to a report (cấp số báo cáo)."""

        TOPIC = "reporting:ReportNumber.Given"
        report_id: UUID

        def sentence(self) -> str:
            return f"Số {self.act.document} được cấp cho một báo cáo."

    Created = Given

    @staticmethod
    def create_id(act: Act) -> UUID:
        """The id of the number of the act's document; how it is spelt does not matter. Raises DocumentMissing."""
        return uuid5(NUMBERS, f"{act.body}\n{act.effective_on.year}\n{plain(document_of(act))}")

    @recorded_by(Given)
    def __init__(self, act: Act, report_id: UUID) -> None:
        self.report_id = report_id

    @classmethod
    def take(cls, act: Act, report_id: UUID) -> ReportNumber:
        """The number of the act's document for a report. Raises DocumentMissing."""
        document_of(act)
        return cls(act=act, report_id=report_id)
