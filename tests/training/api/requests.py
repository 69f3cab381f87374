"""One good request for each of training's commands; a test bends it where it wants."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from google.type.date_pb2 import Date
from nscl.common.v1.act_pb2 import Basis
from nscl.training.v1 import training_resources_pb2 as resources
from nscl.training.v1 import training_service_pb2 as messages

from services.shared.wire import date_message
from tests.training.examples import BRISK_HERON, LOTUS_MILL, RIVER_FARM

NAME = "Nguyễn Thị Mẫu"


def day(year: int, month: int, day_of_month: int) -> Date:
    return date_message(date(year, month, day_of_month))


def basis(document: str = "12/BC-SKHCN", effective_on: Date | None = None) -> Basis:
    return Basis(document=document, effective_on=effective_on or day(2024, 6, 28))


def request_id() -> str:
    return str(uuid4())


REPORTED = basis()


def schedule_course(**changes: Any) -> messages.ScheduleCourseRequest:
    return messages.ScheduleCourseRequest(
        **{
            "request_id": request_id(),
            "basis": Basis(document="41/KH-SKHCN", effective_on=date_message(date(2024, 5, 2))),
            "title": "Áp dụng 5S tại cơ sở sản xuất",
            "training_code": "TRN-MANAGER",
            "content_codes": ["TOOL-5S", "TOOL-KAIZEN"],
            "unit_code": "31135",
            "starts_on": date_message(date(2024, 6, 10)),
            "ends_on": date_message(date(2024, 6, 12)),
            "seats": 2,
            "organiser": "Viện Mẫu Năng suất",
            **changes,
        }
    )


def record_attendance(course_id: str | UUID, **changes: Any) -> messages.RecordAttendanceRequest:
    return messages.RecordAttendanceRequest(
        **{
            "request_id": request_id(),
            "basis": REPORTED,
            "course_id": str(course_id),
            "attendee_id": str(BRISK_HERON),
            "attendee_name": NAME,
            "audience": resources.AUDIENCE_MANAGER,
            "enterprise_id": str(LOTUS_MILL),
            "session_on": date_message(date(2024, 6, 10)),
            **changes,
        }
    )


def hold_course(course_id: str | UUID, **changes: Any) -> messages.HoldCourseRequest:
    return messages.HoldCourseRequest(
        **{"request_id": request_id(), "basis": REPORTED, "course_id": str(course_id), **changes}
    )


def cancel_course(course_id: str | UUID, **changes: Any) -> messages.CancelCourseRequest:
    return messages.CancelCourseRequest(
        **{
            "request_id": request_id(),
            "basis": REPORTED,
            "course_id": str(course_id),
            "reason": "Bão số 3",
            **changes,
        }
    )


def hold_dissemination(**changes: Any) -> messages.HoldDisseminationRequest:
    return messages.HoldDisseminationRequest(
        **{
            "request_id": request_id(),
            "basis": REPORTED,
            "channel": resources.DISSEMINATION_CHANNEL_WORKSHOP,
            "title": "Ngày năng suất chất lượng",
            "held_on": date_message(date(2024, 5, 20)),
            "enterprise_ids": [str(LOTUS_MILL), str(RIVER_FARM)],
            **changes,
        }
    )


def certify_expert(**changes: Any) -> messages.CertifyExpertRequest:
    return messages.CertifyExpertRequest(
        **{
            "request_id": request_id(),
            "basis": REPORTED,
            "person_id": str(uuid4()),
            "name": NAME,
            "scheme": "APO-PS 101",
            "certifier": "ViProCB (mẫu)",
            "level": "Chuyên gia",
            "certificate_number": f"MAU-{uuid4().hex[:8]}",
            "issued_on": date_message(date(2024, 6, 20)),
            "valid_until": date_message(date(2027, 6, 19)),
            **changes,
        }
    )
