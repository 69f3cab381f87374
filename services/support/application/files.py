"""Who may see the file of a task: no council member with a conflict, and none who has yet to say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
        for council in self._councils([task_id]):
            council.must_show_file_to(person_id)

    def hidden_from(self, person_id: UUID, task_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of some tasks whose files a person may not see, for lists that leave them out."""
        return frozenset(council.task_id for council in self._councils(task_ids) if _hides(council, person_id))

    def _councils(self, task_ids: Sequence[UUID]) -> Iterable[Council]:
        """All councils of some tasks, read in two round trips."""
        contracts = self._log.load_many(Contract, list(map(Contract.create_id, task_ids)))
        judging = [
            Council.create_id(contract.task_id, each.number, round_)
            for contract in contracts.values()
            for each in contract.milestones.values()
            for round_ in range(each.round + 1)
        ]
        return self._log.load_many(Council, [*map(Council.create_id, task_ids), *judging]).values()


def _hides(council: Council, person_id: UUID) -> bool:
    try:
        council.must_show_file_to(person_id)
    except Forbidden:
        return True
    return False
