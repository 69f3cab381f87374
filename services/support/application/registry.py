"""What support asks of the registry, whoever answers for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol
from uuid import UUID

from services.shared.record import Act
from services.shared.refusals import Missing
from services.support.domain.conditions import Eligibility
from services.support.domain.council_terms import PersonMatches
from services.support.domain.representation import Host, Representation
from services.support.domain.task import Task


class EnterpriseUnknown(Missing):
    """The registry knows no such enterprise."""

    sentence = "Sổ đăng ký không có cơ sở {enterprise_id}."


class HostUnknown(Missing):
    """The registry knows no such delivering organisation."""

    sentence = "Sổ đăng ký không có tổ chức tư vấn, chứng nhận, thử nghiệm {organisation_id}."


class Registry(Protocol):
    """The registry at this moment, not as once heard of."""

    def eligibility(self, enterprise_id: UUID, content_code: str, on_date: date) -> Eligibility:
        """What the registry knows; EnterpriseUnknown."""

    def host(self, organisation_id: UUID) -> Host:
        """A delivering organisation; HostUnknown."""

    def representation(self, party_id: UUID, person_id: UUID) -> Representation:
        """Whether a person may act for an enterprise or a delivering organisation, and when."""

    def match_persons(self, person_ids: Iterable[UUID], party_ids: Iterable[UUID], on_date: date) -> PersonMatches:
        """Which of the persons stand behind a party, or an enterprise that is one with it, on a day."""


def must_go_on(registry: Registry, act: Act, enterprise_id: UUID, content_code: str) -> None:
    """The registry knows the enterprise, and that it goes on; a stop flag takes no result away.

    Raises EnterpriseUnknown and EnterpriseEnded.
    """
    registry.eligibility(enterprise_id, content_code, act.effective_on).must_go_on()


def host_must_be_free(registry: Registry, act: Act, task: Task) -> None:
    """The host may take the task on; of a direct grant it is the enterprise, of which eligibility tells.

    Raises HostEnded and HostFlagged.
    """
    if task.grant_call_id is None:
        assert task.host_organisation_id is not None, "a task that somebody applied for has a host"
        registry.host(task.host_organisation_id).must_be_free_on(act.effective_on)


def must_represent(registry: Registry, act: Act, party_id: UUID | None) -> None:
    """Who acts may do so for the party on the day from which the act counts, and today.

    Raises NotAuthorisedToRepresent.
    """
    assert party_id is not None, "a task that somebody applied for has a host"
    registry.representation(party_id, act.person_id).must_hold_on(act.effective_on, act.recorded_on)
