"""What every part of a task's procedure asks: in which step it is, whose it is, what it was granted."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from services.shared.record import Act
from services.support.domain.task_refusals import NotTheHost, TaskNotInStep
from services.support.domain.task_terms import STATUS_IN_WORDS, Grant, TaskStatus

__all__ = ["AWAITING_DECISION", "CARRIED_OUT", "Steps"]

AWAITING_DECISION = (TaskStatus.SCORED, TaskStatus.WAITLISTED)
CARRIED_OUT = (TaskStatus.CONTRACTED, TaskStatus.ACCEPTANCE_REQUESTED, TaskStatus.ACCEPTED)


class Steps:
    """The standing of a task, in the fields that the record of which this is part keeps."""

    status: TaskStatus
    grant_call_id: UUID | None
    host_body: str | None
    participation_ids: tuple[UUID, ...]
    submitters: frozenset[UUID]
    grants: Mapping[UUID, Grant]
    left_ids: frozenset[UUID]

    def _must_be(self, *statuses: TaskStatus) -> None:
        if self.status not in statuses:
            raise TaskNotInStep(status=STATUS_IN_WORDS[self.status])

    def must_be_host(self, act: Act) -> None:
        """Raises NotTheHost when the act is not the host's."""
        self.must_be_hosted_by(act.body)

    def must_be_hosted_by(self, body: str) -> None:
        """Raises NotTheHost when another body applied."""
        if body != self.host_body:
            raise NotTheHost

    @property
    def channel_in_words(self) -> str:
        """Which of the two ways of support the task goes."""
        return "hỗ trợ trực tiếp" if self.grant_call_id is not None else "do tổ chức chủ trì thực hiện"

    @property
    def granted_vnd(self) -> int:
        """What the decision grants to those that have not withdrawn since (đồng)."""
        return sum(grant.amount_vnd for grant in self.standing_grants.values())

    @property
    def standing_grants(self) -> Mapping[UUID, Grant]:
        """What the decision granted, but to those that have withdrawn since."""
        return {each: grant for each, grant in self.grants.items() if each not in self.left_ids}

    def standing_ids(self, waiting_ids: tuple[UUID, ...]) -> frozenset[UUID]:
        """What may still come to something: after a decision what it granted, and ``waiting_ids``; before, all."""
        decided = frozenset((*self.standing_grants, *waiting_ids))
        return decided if self.grants or waiting_ids else frozenset(self.participation_ids)
