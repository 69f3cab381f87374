"""What has an organisation carried out as host, and how did that end?"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.shared.event_store import EventLog
from services.support.domain.inspection import InspectionStatus
from services.support.domain.task_terms import TaskStatus
from services.support.read_models.inspections import InspectionList
from services.support.read_models.recoveries import RecoveryList
from services.support.read_models.tasks import TaskList

_QUERY = """
    SELECT hosted.*, inspected.*, owed.* FROM
        (SELECT count(*),
                count(*) FILTER (WHERE norms_id IS NOT NULL),
                count(*) FILTER (WHERE contracted_vnd > 0 AND status NOT IN (%(settled)s, %(terminated)s)),
                count(*) FILTER (WHERE status = %(settled)s),
                count(*) FILTER (WHERE status = %(terminated)s),
                coalesce(sum(contracted_vnd), 0)::bigint,
                coalesce(sum(paid_vnd), 0)::bigint
         FROM tasks WHERE host_organisation_id = %(host)s) AS hosted,
        (SELECT count(*), coalesce(sum(recoverable_vnd), 0)::bigint
         FROM inspections JOIN tasks ON tasks.id = inspections.task_id
         WHERE tasks.host_organisation_id = %(host)s AND inspections.status = %(concluded)s) AS inspected,
        (SELECT coalesce(sum(amount_vnd), 0)::bigint, coalesce(sum(recovered_vnd), 0)::bigint,
                coalesce(sum(written_off_vnd), 0)::bigint
         FROM recoveries WHERE debtor_id = %(host)s) AS owed
"""


@dataclass(frozen=True)
class TrackRecord:
    """What an organisation has carried out, in tasks and in dong; its fields are the columns of the answer."""

    host_organisation_id: UUID
    applied_count: int
    approved_count: int
    under_way_count: int
    settled_count: int
    terminated_count: int
    contracted_vnd: int
    paid_vnd: int
    inspection_count: int
    recoverable_vnd: int
    ordered_back_vnd: int
    recovered_vnd: int
    written_off_vnd: int


class TrackRecords:
    """Read across the lists of tasks, inspections and recoveries; it has no table of its own."""

    def __init__(self, log: EventLog) -> None:
        self._lists = (TaskList(log), InspectionList(log), RecoveryList(log))

    def position(self) -> int:
        """How far in the log the list has come that is furthest behind."""
        return min(each.position() for each in self._lists)

    def wait_for(self, position: int, timeout: float) -> None:
        """Return when all of them have come to ``position``; raises ViewLagged."""
        for each in self._lists:
            each.wait_for(position, timeout)

    def get_track_record(self, host_organisation_id: UUID) -> TrackRecord:
        """What the organisation has carried out; nothing where it never applied."""
        asked = {
            "host": host_organisation_id,
            "settled": TaskStatus.SETTLED,
            "terminated": TaskStatus.TERMINATED,
            "concluded": InspectionStatus.CONCLUDED,
        }
        with self._lists[0].reading() as cursor:
            cursor.execute(_QUERY, asked)
            [told] = cursor.fetchall()
            return TrackRecord(host_organisation_id, *told)
