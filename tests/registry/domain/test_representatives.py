"""Who may act for whom: authorised by somebody else on a document, for a time, until it is revoked."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registry.domain.enterprise import PeriodEndsBeforeItBegins
from services.registry.domain.representatives import (
    AuthorisationAlreadyEnded,
    AuthorisationUnknown,
    AuthorisedByThemselves,
    PartyKind,
    RepresentativeAlreadyAuthorised,
    Representatives,
)
from services.shared.record import DocumentMissing
from services.shared.refusals import Refusal
from tests.given import act

PARTY, PERSON, CLERK = uuid4(), uuid4(), uuid4()
PERIOD = {"valid_from": date(2024, 1, 1), "valid_until": date(2024, 12, 31)}
DURING, AFTER = date(2024, 6, 28), date(2025, 1, 1)


@pytest.fixture
def authorised() -> Representatives:
    representatives = Representatives.open(act(), PARTY, PartyKind.ENTERPRISE)
    representatives.authorise(act(document="1/GUQ"), person_id=PERSON, **PERIOD)
    return representatives


def only(representatives: Representatives) -> UUID:
    [authorisation] = representatives.authorisations
    return authorisation.authorisation_id


def test_an_authorisation_keeps_its_document_and_its_days(authorised: Representatives) -> None:
    [kept] = authorised.authorisations
    assert (kept.person_id, kept.document, kept.valid_from, kept.valid_until) == (PERSON, "1/GUQ", *PERIOD.values())


def test_a_revoked_authorisation_ends_the_day_before(authorised: Representatives) -> None:
    revocation = act(document="2/TB", effective_on=DURING)
    authorised.revoke(revocation, authorisation_id=only(authorised), reason="Nghỉ việc tại cơ sở")
    assert authorised.authorisations[0].valid_until == date(2024, 6, 27)


def test_somebody_may_be_authorised_again_once_it_is_over(authorised: Representatives) -> None:
    authorised.authorise(act(document="3/GUQ"), person_id=PERSON, valid_from=AFTER, valid_until=None)
    assert len(authorised.authorisations) == 2


@pytest.mark.parametrize(
    ("changes", "document", "refusal"),
    [
        ({}, None, DocumentMissing),
        ({"person_id": CLERK}, "1/GUQ", AuthorisedByThemselves),
        ({"valid_until": date(2023, 12, 31)}, "1/GUQ", PeriodEndsBeforeItBegins),
        ({"person_id": PERSON, "valid_from": date(2024, 12, 31), "valid_until": None}, "1/GUQ",
         RepresentativeAlreadyAuthorised),
    ],
)  # fmt: skip
def test_nobody_is_authorised_otherwise(
    authorised: Representatives, changes: dict[str, Any], document: str | None, refusal: type[Refusal]
) -> None:
    wanted = {"person_id": uuid4(), **PERIOD, **changes}
    with pytest.raises(refusal):
        authorised.authorise(act(person_id=CLERK, document=document), **wanted)


@pytest.mark.parametrize(
    ("named", "document", "on", "refusal"),
    [
        (None, None, DURING, DocumentMissing),
        (uuid4(), "2/TB", DURING, AuthorisationUnknown),
        (None, "2/TB", AFTER, AuthorisationAlreadyEnded),
    ],
)
def test_nothing_else_is_revoked(
    authorised: Representatives, named: UUID | None, document: str | None, on: date, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        authorised.revoke(
            act(document=document, effective_on=on), authorisation_id=named or only(authorised), reason="Nghỉ việc"
        )
