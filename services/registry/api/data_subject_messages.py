"""What is asked about people's data as the messages their door answers with."""

from __future__ import annotations

from nscl.registry.v1 import data_subject_service_pb2 as messages

from services.registry.domain.data_subject import DataSubject
from services.registry.domain.erasure_rules import ErasureRules
from services.shared.erasure_requests import ListedRequest
from services.shared.wire import filled


def data_subject_message(subject: DataSubject) -> messages.DataSubject:
    return filled(messages.DataSubject, subject, etag=subject.version)


def erasure_rules_message(rules: ErasureRules) -> messages.ErasureRules:
    return filled(messages.ErasureRules, rules, etag=rules.version)


def listed_request_message(listed: ListedRequest) -> messages.ListedErasureRequest:
    return filled(messages.ListedErasureRequest, listed)
