"""Accreditations through time: which of them counts on a day, and what may not become of one."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.registry.domain.accreditation import (
    AccreditationAlreadyEnded,
    AccreditationAlreadyGranted,
    AccreditationChangedBefore,
    AccreditationNotExtended,
    AccreditationNotSuspended,
    AccreditationRunOut,
    Accreditations,
    AccreditationStatus,
    AccreditationSuspendedBefore,
    AccreditationUnknown,
    HeldAccreditation,
)
from services.registry.domain.delivering_organisation import Accreditation, AccreditationExpired
from services.registry.domain.enterprise import PeriodEndsBeforeItBegins
from services.shared.record import DocumentMissing
from services.shared.refusals import Refusal
from tests.given import act, given, happened

ORGANISATION_ID = UUID(int=9)
NUMBER, WHY = "VICAS 017", "Không duy trì hệ thống quản lý"
FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
MIDDLE, LATER = date(2025, 6, 1), date(2025, 9, 1)
GRANTED = HeldAccreditation(NUMBER, "Văn phòng Công nhận chất lượng", "ISO/IEC 17065", FIRST, LAST)
KEPT = happened(Accreditations.Opened, organisation_id=ORGANISATION_ID, registered=Accreditation("CŨ 1", LAST))
HELD = happened(Accreditations.Granted, organisation_id=ORGANISATION_ID, accreditation=GRANTED)
WHOSE = {"organisation_id": ORGANISATION_ID, "number": NUMBER}


def by(day: date = date(2024, 6, 28), document: str | None = "9/QĐ-VPCNCL") -> Any:
    return act(document=document, effective_on=day)


SUSPENDED = happened(Accreditations.Suspended, **WHOSE, reason=WHY, act=by(MIDDLE))
RESUMED = happened(Accreditations.Resumed, **WHOSE, act=by(LATER))
ENDED = happened(Accreditations.Ended, **WHOSE, reason=WHY, act=by(LATER))
TERMS = {
    "number": NUMBER,
    "issuer": GRANTED.issuer,
    "field": GRANTED.field,
    "valid_from": FIRST,
    "valid_until": LAST,
}


def granting(acting: Any = None, **changes: Any) -> Any:
    return lambda record: record.grant(acting or by(), **(TERMS | changes))


def test_an_accreditation_is_granted_renewed_suspended_resumed_and_ended() -> None:
    given(KEPT).when(granting()).then(HELD)
    renewed = happened(Accreditations.Renewed, **WHOSE, valid_until=date(2029, 1, 1))
    given(KEPT, HELD).when(lambda record: record.renew(by(), NUMBER, date(2029, 1, 1))).then(renewed)
    given(KEPT, HELD).when(lambda record: record.suspend(by(MIDDLE), NUMBER, WHY)).then(SUSPENDED)
    given(KEPT, HELD, SUSPENDED).when(lambda record: record.resume(by(LATER), NUMBER)).then(RESUMED)
    given(KEPT, HELD, SUSPENDED).when(lambda record: record.end(by(LATER), NUMBER, WHY)).then(ENDED)


def test_what_the_registration_told_is_kept_like_the_others() -> None:
    told = given(KEPT).record().held("CŨ 1")
    assert (told.issuer, told.field, told.valid_from, told.valid_until) == (None, None, None, LAST)
    assert told.status_on(date(2000, 1, 1)) is AccreditationStatus.VALID
    given(KEPT).when(lambda record: record.end(by(), "CŨ 1", WHY)).then(
        happened(Accreditations.Ended, organisation_id=ORGANISATION_ID, number="CŨ 1", reason=WHY)
    )


@pytest.mark.parametrize(
    ("history", "day", "status"),
    [
        ((), date(2023, 12, 31), AccreditationStatus.NOT_YET_VALID),
        ((), FIRST, AccreditationStatus.VALID),
        ((), LAST, AccreditationStatus.VALID),
        ((), date(2027, 1, 1), AccreditationStatus.EXPIRED),
        ((SUSPENDED,), date(2025, 5, 31), AccreditationStatus.VALID),
        ((SUSPENDED,), MIDDLE, AccreditationStatus.SUSPENDED),
        ((SUSPENDED,), date(2027, 1, 1), AccreditationStatus.EXPIRED),
        ((SUSPENDED, RESUMED), date(2025, 8, 31), AccreditationStatus.SUSPENDED),
        ((SUSPENDED, RESUMED), LATER, AccreditationStatus.VALID),
        ((SUSPENDED, ENDED), date(2025, 8, 31), AccreditationStatus.SUSPENDED),
        ((SUSPENDED, ENDED), LATER, AccreditationStatus.ENDED),
    ],
)
def test_an_accreditation_stands_on_a_day(history: Any, day: date, status: AccreditationStatus) -> None:
    assert given(KEPT, HELD, *history).record().held(NUMBER).status_on(day) is status


@pytest.mark.parametrize(
    ("history", "refused", "refusal"),
    [
        ((), granting(by(document=None)), DocumentMissing),
        ((HELD,), granting(), AccreditationAlreadyGranted),
        ((), granting(valid_until=date(2023, 1, 1)), PeriodEndsBeforeItBegins),
        ((), granting(valid_until=date(2024, 6, 27)), AccreditationExpired),
        ((HELD,), lambda record: record.renew(by(document=None), NUMBER, LAST), DocumentMissing),
        ((), lambda record: record.renew(by(), NUMBER, LAST), AccreditationUnknown),
        ((HELD,), lambda record: record.renew(by(), NUMBER, LAST), AccreditationNotExtended),
        ((HELD,), lambda record: record.renew(by(date(2027, 1, 1)), NUMBER, date(2030, 1, 1)), AccreditationRunOut),
        ((HELD, ENDED), lambda record: record.renew(by(LATER), NUMBER, LAST), AccreditationAlreadyEnded),
        ((HELD,), lambda record: record.suspend(by(document=None), NUMBER, WHY), DocumentMissing),
        ((HELD, SUSPENDED), lambda record: record.suspend(by(LATER), NUMBER, WHY), AccreditationSuspendedBefore),
        ((HELD,), lambda record: record.suspend(by(date(2023, 1, 1)), NUMBER, WHY), AccreditationChangedBefore),
        ((HELD,), lambda record: record.resume(by(LATER), NUMBER), AccreditationNotSuspended),
        ((HELD, SUSPENDED), lambda record: record.resume(by(document=None), NUMBER), DocumentMissing),
        ((HELD, SUSPENDED), lambda record: record.resume(by(FIRST), NUMBER), AccreditationChangedBefore),
        ((HELD,), lambda record: record.end(by(document=None), NUMBER, WHY), DocumentMissing),
        ((HELD, ENDED), lambda record: record.end(by(LATER), NUMBER, WHY), AccreditationAlreadyEnded),
    ],
)
def test_what_cannot_be_is_refused(history: Any, refused: Any, refusal: type[Refusal]) -> None:
    given(KEPT, *history).when(refused).refused(refusal)
