"""Enter the rules for councils at support's CouncilService: sample values, marked as such."""

from __future__ import annotations

from typing import Any

from nscl.support.v1 import council_resources_pb2 as resources
from nscl.support.v1 import council_service_pb2 as messages
from nscl.support.v1.support_resources_pb2 import CouncilRules, Criterion

from programme.client import Doors
from programme.people import OFFICER, VICE_CHAIRMAN
from programme.plan import basis, day, read
from programme.progress import Progress


def enter_council_regulations(doors: Doors, progress: Progress) -> None:
    """One regulation for each kind of council, drafted by an officer and adopted by another person."""
    sample = read("council_regulations_sample.yaml")
    for kind in progress.track(sample["kinds"], "Quy chế hội đồng (mẫu)"):
        proposed = doors.ask(OFFICER, doors.councils.ProposeCouncilRegulation, _regulation(kind, sample))
        adopt = messages.AdoptCouncilRegulationRequest(
            basis=basis("MAU-08/QĐ-UBND", sample["valid_from"]),
            council_regulation_id=proposed.council_regulation.council_regulation_id,
        )
        doors.ask(VICE_CHAIRMAN, doors.councils.AdoptCouncilRegulation, adopt)


def _regulation(kind: str, sample: dict[str, Any]) -> messages.ProposeCouncilRegulationRequest:
    return messages.ProposeCouncilRegulationRequest(
        basis=basis("MAU-07/TTr-SKHCN", sample["valid_from"]),
        kind=resources.CouncilKind.Value(f"COUNCIL_KIND_{kind}"),
        rules_version=sample["rules_version"],
        legal_basis=sample["legal_basis"],
        valid_from=day(sample["valid_from"]),
        rules=CouncilRules(
            quorum_numerator=sample["quorum"]["numerator"],
            quorum_denominator=sample["quorum"]["denominator"],
            pass_mark_points=sample["pass_mark_points"],
            criteria=[Criterion(**criterion) for criterion in sample["criteria"]],
            sample=sample["sample"],
        ),
        procedure=resources.CouncilProcedure(
            least_members=sample["least_members"],
            most_members=sample["most_members"],
            least_reviewers=sample["least_reviewers"],
            least_expert_share=resources.Share(**sample["least_expert_share"]),
            papers_working_days=sample["papers_working_days"],
            least_share_for=resources.Share(**sample["least_share_for"]),
        ),
    )
