"""The National Quality Award: who is nominated, how far each comes, and what comes of it."""

from __future__ import annotations

from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.refusals import Taken
from services.support.application.registry import Registry, must_go_on
from services.support.domain.award import Award, AwardPrize, PreliminaryResult

CONTENT_CODE = "AWD-GTCLQG"
"""The content of the catalogue that awards belong to; the registry is asked about a content."""


class AwardAlreadyNominated(Taken):
    """An enterprise is nominated once a year."""

    sentence = "Cơ sở đã được giới thiệu tham gia Giải thưởng Chất lượng Quốc gia năm {year}."


class Awards:
    """Acts on nominations and what follows them."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry

    def nominate_for_award(self, call: Call, *, enterprise_id: UUID, year: int) -> Saved[Award]:
        if self._log.find(Award, Award.create_id(enterprise_id, year)):
            raise AwardAlreadyNominated(year=year)
        must_go_on(self._registry, call.act, enterprise_id, CONTENT_CODE)
        return self._log.save_for(call, Award.nominate(call.act, enterprise_id=enterprise_id, year=year))

    def receive_award_dossier(self, call: Call, *, award_id: UUID) -> Saved[Award]:
        """The enterprise must still go on."""
        award = self._award(call, award_id)
        must_go_on(self._registry, call.act, award.enterprise_id, CONTENT_CODE)
        award.receive_dossier(call.act)
        return self._log.save_for(call, award)

    def conclude_award_preliminary(
        self, call: Call, *, award_id: UUID, result: PreliminaryResult, summary: str
    ) -> Saved[Award]:
        award = self._award(call, award_id)
        award.conclude_preliminary(call.act, result=result, summary=summary)
        return self._log.save_for(call, award)

    def submit_award(self, call: Call, *, award_id: UUID) -> Saved[Award]:
        award = self._award(call, award_id)
        award.submit(call.act)
        return self._log.save_for(call, award)

    def decide_award(self, call: Call, *, award_id: UUID, prize: AwardPrize) -> Saved[Award]:
        award = self._award(call, award_id)
        award.decide(call.act, prize=prize)
        return self._log.save_for(call, award)

    def withdraw_award(self, call: Call, *, award_id: UUID, reason: str) -> Saved[Award]:
        award = self._award(call, award_id)
        award.withdraw(call.act, reason=reason)
        return self._log.save_for(call, award)

    def get_award(self, award_id: UUID) -> Award:
        return self._log.load(Award, award_id)

    def _award(self, call: Call, award_id: UUID) -> Award:
        return self._log.load(Award, award_id, etag=call.etag)
