"""Records of one enterprise, merged and separated: get, tell, save, always with both of them at once."""

from __future__ import annotations

from uuid import UUID

from services.registry.domain.duplicates import Duplicates, NotMergedAway, one_enterprise
from services.registry.domain.enterprise import Enterprise
from services.shared.event_store import Call, EventLog, Saved
from services.shared.record import Act


class Merging:
    """Which records are of one enterprise. A merge is saved with both, so that of two at once one meets the other."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def propose_merge(
        self, call: Call, *, enterprise_id: UUID, kept_enterprise_id: UUID, reason: str
    ) -> Saved[Duplicates]:
        duplicates = self._stream_of(call.act, enterprise_id, etag=call.etag)
        duplicates.propose_merge(call.act, self._stream_of(call.act, kept_enterprise_id), reason)
        return self._log.save_for(call, duplicates)

    def merge_enterprises(self, call: Call, *, enterprise_id: UUID, kept_enterprise_id: UUID) -> Saved[Duplicates]:
        duplicates = self._stream_of(call.act, enterprise_id, etag=call.etag)
        kept = self._stream_of(call.act, kept_enterprise_id)
        duplicates.merge_into(call.act, kept)
        return self._log.save_for(call, duplicates, kept)

    def separate_enterprises(self, call: Call, *, enterprise_id: UUID, reason: str) -> Saved[Duplicates]:
        """Let a record stand alone again; NotMergedAway."""
        duplicates = self._stream_of(call.act, enterprise_id, etag=call.etag)
        if duplicates.kept_id is None:
            raise NotMergedAway()
        kept = self._stream_of(call.act, duplicates.kept_id)
        duplicates.separate_from(call.act, kept, reason)
        return self._log.save_for(call, duplicates, kept)

    def get_duplicates(self, enterprise_id: UUID) -> Duplicates | None:
        """The merges of an enterprise's record; None where none was ever proposed."""
        self._log.load(Enterprise, enterprise_id)
        return self._log.find(Duplicates, Duplicates.create_id(enterprise_id))

    def records_of(self, enterprise_id: UUID) -> tuple[UUID, ...]:
        """The records of the enterprise to which this one belongs, the one that was kept first."""
        return one_enterprise(enterprise_id, lambda each: self._log.find(Duplicates, Duplicates.create_id(each)))

    def _stream_of(self, act: Act, enterprise_id: UUID, *, etag: str | None = None) -> Duplicates:
        """The duplicates of an enterprise that is there, as they stand or begun."""
        self._log.load(Enterprise, enterprise_id)
        known = self._log.find(Duplicates, Duplicates.create_id(enterprise_id), etag=etag)
        return known or Duplicates.open(act, enterprise_id)
