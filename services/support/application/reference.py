"""What may be supported and how much: the catalogue and the norms."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.refusals import Taken
from services.support.application.lookup import found
from services.support.domain.authority import document_of
from services.support.domain.catalogue import Article, Catalogue, Content
from services.support.domain.conditions import Condition
from services.support.domain.norms import Norm, Norms


class CatalogueAlreadyAdopted(Taken):
    """A plan has one catalogue."""

    sentence = "Danh mục theo {plan_number} đã được ban hành."


class NormsAlreadyProposed(Taken):
    """A version of a set is written once."""

    sentence = "Bộ định mức {code} phiên bản {norms_version} đã có."


class Reference:
    """Acts on the catalogue and on the norms."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def adopt_catalogue(
        self,
        call: Call,
        *,
        contents: tuple[Content, ...],
        target_groups: tuple[Article, ...],
        conditions: tuple[Condition, ...],
        priorities: tuple[Article, ...],
        principles: tuple[Article, ...],
        sources: tuple[Article, ...],
    ) -> Saved[Catalogue]:
        plan_number = document_of(call.act)
        if found(self._log, Catalogue, Catalogue.create_id(plan_number)):
            raise CatalogueAlreadyAdopted(plan_number=plan_number)
        catalogue = Catalogue.adopt(
            call.act,
            contents=contents,
            target_groups=target_groups,
            conditions=conditions,
            priorities=priorities,
            principles=principles,
            sources=sources,
        )
        return self._log.save_for(call, catalogue)

    def get_catalogue(self, catalogue_id: UUID) -> Catalogue:
        return self._log.load(Catalogue, catalogue_id)

    def propose_norms(
        self,
        call: Call,
        *,
        catalogue_id: UUID,
        code: str,
        norms_version: int,
        legal_basis: str,
        valid_from: date,
        valid_until: date | None,
        sample: bool,
        norms: tuple[Norm, ...],
    ) -> Saved[Norms]:
        catalogue = self._log.load(Catalogue, catalogue_id)
        if found(self._log, Norms, Norms.create_id(code, norms_version)):
            raise NormsAlreadyProposed(code=code, norms_version=norms_version)
        proposed = Norms.propose(
            call.act,
            catalogue,
            code=code,
            norms_version=norms_version,
            legal_basis=legal_basis,
            valid_from=valid_from,
            valid_until=valid_until,
            sample=sample,
            norms=norms,
        )
        return self._log.save_for(call, proposed)

    def adopt_norms(self, call: Call, *, norms_id: UUID) -> Saved[Norms]:
        norms = self._log.load(Norms, norms_id, etag=call.etag)
        norms.adopt(call.act)
        return self._log.save_for(call, norms)

    def get_norms(self, norms_id: UUID) -> Norms:
        return self._log.load(Norms, norms_id)
