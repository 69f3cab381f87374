"""One digest over all that the members of a council handed in, to which its minutes are bound."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from uuid import UUID

from services.support.domain.council_terms import ConflictKind, ScoreSheet, SupplementDemand

__all__ = ["record_digest"]


def record_digest(
    council_id: UUID,
    *,
    declarations: Mapping[UUID, tuple[ConflictKind, ...]],
    recusals: Mapping[UUID, ConflictKind],
    score_sheets: Mapping[UUID, ScoreSheet],
    meeting_number: int = 1,
    answer_to_survey: str | None = None,
    supplement: SupplementDemand | None = None,
) -> str:
    """SHA-256, in hexadecimal, over the canonical bytes of what was handed in, and of what minutes say besides.

    The bytes are JSON in UTF-8 without spaces, names sorted, members by id and criteria by code, so that everybody who
    reads the events arrives at the same digest. What did not use to be there (a second meeting, an answer to a survey,
    a demand) is in them only where there is one, so that the digests of earlier minutes stay what they are.
    """
    handed_in: dict[str, object] = {
        "council_id": str(council_id),
        "declarations": {str(person_id): sorted(kinds) for person_id, kinds in declarations.items()},
        "recusals": {str(person_id): kind for person_id, kind in recusals.items()},
        "score_sheets": {
            str(person_id): {
                "points": {given.criterion_code: given.points for given in sheet.points},
                "vote": sheet.vote,
                "opinion": sheet.opinion,
            }
            for person_id, sheet in score_sheets.items()
        },
    }
    if meeting_number > 1:
        handed_in["meeting_number"] = meeting_number
    if answer_to_survey is not None:
        handed_in["answer_to_survey"] = answer_to_survey
    if supplement is not None:
        handed_in["supplement"] = {"requirement": supplement.requirement, "due_on": supplement.due_on.isoformat()}
    canonical = json.dumps(handed_in, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
