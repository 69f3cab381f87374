"""Priorities and the order they make, as support's door shows them."""

from __future__ import annotations

from nscl.support.v1 import priority_service_pb2 as messages

from services.shared.wire import filled
from services.support.domain.priority_file import PriorityFile
from services.support.domain.priority_rules import PriorityRules
from services.support.domain.ranking import Ranked, Ranking
from services.support.domain.waitlist import Waitlist


def priority_rules_message(rules: PriorityRules) -> messages.PriorityRules:
    versions = [
        filled(messages.PriorityVersion, version, document=rules.documents.get(version.rules_version))
        for version in rules.versions
    ]
    return filled(messages.PriorityRules, rules, priority_rules_id=rules.id, versions=versions, etag=rules.version)


def priority_file_message(file: PriorityFile) -> messages.PriorityFile:
    return filled(
        messages.PriorityFile, file, priority_file_id=file.id, verdicts=file.verdicts or (), etag=file.version
    )


def ranking_message(ranking: Ranking) -> messages.Ranking:
    return messages.Ranking(
        rules_version=ranking.rules.rules_version if ranking.rules else 0,
        places=map(_ranked_message, ranking.places),
    )


def waitlist_message(waitlist: Waitlist) -> messages.Waitlist:
    return filled(messages.Waitlist, waitlist, waitlist_id=waitlist.id, etag=waitlist.version)


def _ranked_message(place: Ranked) -> messages.RankedCandidate:
    return filled(messages.RankedCandidate, place.candidate, rank=place.rank, explanation=place.explanation)
