"""Who may see the file of a task: no council member with a conflict, and none who has yet to say."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from services.shared.event_store import EventLog
from services.shared.refusals import Forbidden
from services.support.domain.contract import Contract
from services.support.domain.council import Council


class Files:
    """What the councils of a task hide of it: that which selects, and those that judge its milestones."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def must_show(self, task_id: UUID, person_id: UUID) -> None:
        """Raises FileHidden and ConflictsNotDeclared."""
        for council in self._councils(task_id):
            council.must_show_file_to(person_id)

    def shows(self, task_id: UUID, person_id: UUID) -> bool:
        """Whether a person may see the file, for lists that leave out what they may not."""
        try:
            self.must_show(task_id, person_id)
        except Forbidden:
            return False
        return True

    def _councils(self, task_id: UUID) -> Iterator[Council]:
        contract = self._log.find(Contract, Contract.create_id(task_id))
        milestones = contract.milestones.values() if contract else ()
        judging = (
            Council.create_id(task_id, each.number, round_) for each in milestones for round_ in range(each.round + 1)
        )
        for council_id in (Council.create_id(task_id), *judging):
            if council := self._log.find(Council, council_id):
                yield council
