"""The candidates of a task, or those for a content under a grant call, in the order of the rules of priority."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from services.shared.event_store import EventLog
from services.support.application.priorities import rules_on
from services.support.domain.grant_call import GrantCall
from services.support.domain.participation import Participation
from services.support.domain.priority_file import PriorityFile
from services.support.domain.ranking import Candidate, Ranking, ranked
from services.support.domain.task import Task


class Rankings:
    """Answers from the log itself."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def get_task_ranking(self, task_id: UUID, on: date) -> Ranking:
        """The task's eligible participations, which share its money; also before the council has met."""
        task = self._log.load(Task, task_id)
        return self.of_tasks([task], task.catalogue_id, on)

    def get_grant_call_ranking(self, grant_call_id: UUID, content_code: str, on: date) -> Ranking:
        """Who applied for a content under a call, was passed by the council, and is not decided on or waits."""
        grant_call = self._log.load(GrantCall, grant_call_id)
        applied = [task_id for task_id, codes in grant_call.codes_of.items() if content_code in codes]
        tasks = [task for task in self._log.load_many(Task, applied).values() if task.passed]
        return self.of_tasks(tasks, grant_call.catalogue_id, on, content_code=content_code)

    def deciding(self, task: Task, content_codes: Iterable[str], on: date) -> Mapping[str, Ranking]:
        """The order that counts for each content of a task: its own, or for a direct application that of its call."""
        if task.grant_call_id is None:
            return dict.fromkeys(content_codes, self.of_tasks([task], task.catalogue_id, on))
        return {code: self.get_grant_call_ranking(task.grant_call_id, code, on) for code in content_codes}

    def of_tasks(
        self, tasks: Sequence[Task], catalogue_id: UUID, on: date, *, content_code: str | None = None
    ) -> Ranking:
        """The candidates of these tasks, for one content where it is named, by the rules in force on a day."""
        council_hundredths = {task.id: task.average_hundredths for task in tasks}
        participations = self._log.load_many(Participation, [id_ for task in tasks for id_ in task.participation_ids])
        candidates = [
            each for each in participations.values() if each.is_eligible and content_code in (None, each.content_code)
        ]
        files = self._log.load_many(PriorityFile, [PriorityFile.create_id(each.id) for each in candidates])
        points = {file.participation_id: file.points for file in files.values()}
        return ranked(
            (
                Candidate(
                    participation_id=each.id,
                    task_id=each.task_id,
                    enterprise_id=each.enterprise_id,
                    content_code=each.content_code,
                    priority_points=points.get(each.id, 0),
                    council_hundredths=council_hundredths[each.task_id],
                    applied_at=each.created_on,
                )
                for each in candidates
            ),
            rules_on(self._log, catalogue_id, on),
        )
