"""What of an enterprise changes with time as the messages its door answers with."""

from __future__ import annotations

from nscl.registry.v1 import particulars_resources_pb2 as messages

from services.registry.domain.premises import Premises
from services.registry.domain.size import SizeRules, YearSize
from services.shared.wire import filled


def size_rules_message(rules: SizeRules) -> messages.SizeRules:
    return filled(messages.SizeRules, rules, etag=rules.version)


def year_size_message(size: YearSize) -> messages.YearSize:
    return filled(messages.YearSize, size)


def premises_message(premises: Premises) -> messages.Premises:
    return filled(messages.Premises, premises)
