"""The sample year's National Quality Award: one enterprise's way from the nomination to a prize."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from nscl.support.v1 import award_service_pb2 as awards
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1 import support_service_pb2 as support

from programme.client import Doors
from programme.people import DIRECTOR, OFFICER
from programme.plan import basis

if TYPE_CHECKING:
    from programme.year import Year

YEAR = 2024


def take_part_in_award(doors: Doors, year: Year, keys: Sequence[str]) -> None:
    """Each enterprise is nominated, passes the preliminary council and comes to its prize."""
    for key in keys:
        nomination = support.NominateForAwardRequest(
            basis=basis("MAU-50/TTr-HĐST", date(YEAR, 5, 30)), enterprise_id=year.enterprise_ids[key], year=YEAR
        )
        award_id = doors.ask(OFFICER, doors.support.NominateForAward, nomination).award.award_id
        dossier = awards.ReceiveAwardDossierRequest(basis=basis("MAU-51/BN-HĐST", date(YEAR, 5, 31)), award_id=award_id)
        doors.ask(OFFICER, doors.awards.ReceiveAwardDossier, dossier)
        conclusion = awards.ConcludeAwardPreliminaryRequest(
            basis=basis("MAU-52/BB-HĐST", date(YEAR, 7, 15)),
            award_id=award_id,
            result=resources.PRELIMINARY_RESULT_RECOMMENDED,
            summary="Đạt yêu cầu theo 7 tiêu chí, đề nghị xét tặng (mẫu)",
        )
        doors.ask(DIRECTOR, doors.awards.ConcludeAwardPreliminary, conclusion)
        submission = awards.SubmitAwardRequest(basis=basis("MAU-53/CV-SKHCN", date(YEAR, 7, 31)), award_id=award_id)
        doors.ask(DIRECTOR, doors.awards.SubmitAward, submission)
        decision = awards.DecideAwardRequest(
            basis=basis("MAU-54/QĐ-TTg", date(YEAR, 12, 20)), award_id=award_id, prize=resources.AWARD_PRIZE_SILVER
        )
        year.note(doors.ask(OFFICER, doors.awards.DecideAward, decision).recorded)
