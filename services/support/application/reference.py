"""What may be supported and how much: the catalogue and the norms."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.record import document_of
from services.shared.refusals import Taken
from services.support.domain.catalogue import Article, Catalogue, Content
from services.support.domain.conditions import Condition
from services.support.domain.norm_terms import Norm, NormsStatus, YearlyLimit
from services.support.domain.norms import Norms
from services.support.domain.norms_register import NormsRegister


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
        if self._log.find(Catalogue, Catalogue.create_id(plan_number)):
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
        limits: tuple[YearlyLimit, ...] = (),
        supersedes_version: int | None = None,
    ) -> Saved[Norms]:
        catalogue = self._log.load(Catalogue, catalogue_id)
        if self._log.find(Norms, Norms.create_id(code, norms_version)):
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
            limits=limits,
            supersedes_version=supersedes_version,
        )
        return self._log.save_for(call, proposed)

    def adopt_norms(self, call: Call, *, norms_id: UUID) -> Saved[Norms]:
        """The norms, the version they supersede and the register of the set move in one append."""
        norms = self._log.load(Norms, norms_id, etag=call.etag)
        norms.adopt(call.act)
        register = self._log.find(NormsRegister, NormsRegister.create_id(norms.code)) or self._opened(call, norms)
        ended = self._end_superseded(call, norms, register)
        register.enter(call.act, norms)
        return self._log.save_for(call, norms, register, *ended)

    def _opened(self, call: Call, norms: Norms) -> NormsRegister:
        """A register that knows the earlier versions, some of which were adopted before there were registers."""
        register = NormsRegister.open(call.act, norms.code)
        for version in range(1, norms.norms_version):
            earlier = self._log.find(Norms, Norms.create_id(norms.code, version))
            if earlier is not None and earlier.status is NormsStatus.ADOPTED:
                register.enter(call.act, earlier)
        return register

    def _end_superseded(self, call: Call, norms: Norms, register: NormsRegister) -> tuple[Norms, ...]:
        """The version that these norms supersede, ended on the day before their first where it would go on."""
        if norms.supersedes_version is None:
            return ()
        last_day = register.last_day_before(norms, norms.supersedes_version)
        if last_day is None:
            return ()
        earlier = self._log.load(Norms, Norms.create_id(norms.code, norms.supersedes_version))
        earlier.end(call.act, last_day=last_day, superseded_by=norms.id)
        register.shorten(call.act, norms_version=earlier.norms_version, last_day=last_day)
        return (earlier,)

    def end_norms(self, call: Call, *, norms_id: UUID, last_day: date) -> Saved[Norms]:
        norms = self._log.load(Norms, norms_id, etag=call.etag)
        norms.end(call.act, last_day=last_day)
        register = self._log.find(NormsRegister, NormsRegister.create_id(norms.code)) or self._opened(call, norms)
        if norms.norms_version in register.validities:
            register.shorten(call.act, norms_version=norms.norms_version, last_day=last_day)
        return self._log.save_for(call, norms, register)

    def get_norms(self, norms_id: UUID) -> Norms:
        return self._log.load(Norms, norms_id)
