"""How enterprises change their name, give way to others and end: get, tell, save, with everybody concerned at once."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import msgspec

from services.registry.application.affiliations import Affiliations, LinkTerms
from services.registry.application.registry import Registry
from services.registry.domain.affiliation import LinkKind
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.registration import Particulars
from services.registry.domain.succession import SuccessionKind
from services.shared.event_store import Call, EventLog, Saved
from services.shared.personal_data import Sealed, SubjectKeys


class Successions:
    """The later life of enterprises; a successor is reached from its predecessor, and back, by their links."""

    def __init__(
        self, log: EventLog, registry: Registry, affiliations: Affiliations, subject_keys: SubjectKeys
    ) -> None:
        self._log = log
        self._registry = registry
        self._affiliations = affiliations
        self._subject_keys = subject_keys

    def rename_enterprise(self, call: Call, *, enterprise_id: UUID, display_name: str) -> Saved[Enterprise]:
        """Give an enterprise another name; SubjectErased where the owner's data were erased."""
        enterprise = self._log.load(Enterprise, enterprise_id, etag=call.etag)
        renamed = replace(self._registry.opened_particulars(enterprise), display_name=display_name)

        def seal(particulars: Particulars) -> Sealed:
            return self._subject_keys.seal(enterprise_id, msgspec.json.encode(particulars).decode())

        enterprise.rename(call.act, renamed, seal)
        return self._log.save_for(call, enterprise)

    def record_succession(
        self, call: Call, *, enterprise_id: UUID, kind: SuccessionKind, successor_ids: tuple[UUID, ...]
    ) -> Saved[Enterprise]:
        """Record who succeeds an enterprise, with a link to each, from the act's effective date on."""
        enterprise = self._log.load(Enterprise, enterprise_id, etag=call.etag)
        enterprise.be_succeeded(call.act, kind, successor_ids)
        for successor_id in successor_ids:
            self._log.load(Enterprise, successor_id).must_exist_on(call.act.effective_on)
        terms = LinkTerms(LinkKind.SUCCESSION, None, call.act.effective_on, None)
        return self._log.save_for(
            call, enterprise, *self._affiliations.linked(call.act, enterprise_id, successor_ids, terms)
        )

    def dissolve_enterprise(self, call: Call, *, enterprise_id: UUID) -> Saved[Enterprise]:
        """End an enterprise that has no successor."""
        enterprise = self._log.load(Enterprise, enterprise_id, etag=call.etag)
        enterprise.dissolve(call.act)
        return self._log.save_for(call, enterprise)
