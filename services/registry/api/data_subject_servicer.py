"""The registry's gRPC door for people who ask what becomes of their data."""

from __future__ import annotations

from nscl.registry.v1 import data_subject_service_pb2 as messages
from nscl.registry.v1 import data_subject_service_pb2_grpc

from services.registry.api import forms
from services.registry.api.data_subject_messages import data_subject_message, listed_request_message
from services.registry.application.erasures import Erasures
from services.registry.application.registry import Registry
from services.registry.domain.data_subject import DataSubject
from services.registry.domain.erasure_rules import ErasureRules
from services.shared.erasure import ErasureGround
from services.shared.erasure_requests import ErasureRequests, PlaceAmongRequests
from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, caught_up, command, query

TAKERS = ("programme_officer", "programme_lead")
READERS = (*TAKERS, "auditor")


class DataSubjectServicer(data_subject_service_pb2_grpc.DataSubjectServiceServicer):
    """What may be asked about people's data, and in which capacity; ``registry`` tells how far the log has come."""

    def __init__(self, erasures: Erasures, registry: Registry, requests: ErasureRequests) -> None:
        self._erasures = erasures
        self._registry = registry
        self._requests = requests

    @command("administrator", resource="erasure_rules")
    def AdoptErasureRule(self, request: messages.AdoptErasureRuleRequest, call: Call) -> Saved[ErasureRules]:
        form = Form(request)
        valid_from = form.date("valid_from")
        retention_years = form.integer("retention_years", least=1, most=100)
        answer_within_days = form.integer("answer_within_days", least=1, most=365)
        form.check()
        return self._erasures.adopt_erasure_rule(
            call,
            valid_from=valid_from,
            retention_years=retention_years,
            answer_within_days=answer_within_days,
            sample=request.sample,
        )

    @command(*TAKERS, resource="data_subject")
    def RequestErasure(self, request: messages.RequestErasureRequest, call: Call) -> Saved[DataSubject]:
        form = Form(request)
        subject_id = form.uuid("subject_id")
        ground = form.choice("ground", ErasureGround)
        form.check()
        return self._erasures.request_erasure(call, subject_id=subject_id, ground=ground)

    @command("programme_lead", resource="data_subject")
    def RefuseErasure(self, request: messages.RefuseErasureRequest, call: Call) -> Saved[DataSubject]:
        form = Form(request)
        subject_id = form.uuid("subject_id")
        reason = forms.reason(form)
        form.check()
        return self._erasures.refuse_erasure(call, subject_id=subject_id, reason=reason)

    @command(*TAKERS, resource="data_subject")
    def PlaceLegalHold(self, request: messages.PlaceLegalHoldRequest, call: Call) -> Saved[DataSubject]:
        form = Form(request)
        subject_id = form.uuid("subject_id")
        reason = forms.reason(form)
        form.check()
        return self._erasures.place_legal_hold(call, subject_id=subject_id, reason=reason)

    @command("programme_lead", resource="data_subject")
    def LiftLegalHold(self, request: messages.LiftLegalHoldRequest, call: Call) -> Saved[DataSubject]:
        form = Form(request)
        subject_id = form.uuid("subject_id")
        hold_number = form.integer("hold_number", least=1, most=1_000)
        reason = forms.reason(form)
        form.check()
        return self._erasures.lift_legal_hold(call, subject_id=subject_id, hold_number=hold_number, reason=reason)

    @query(*READERS)
    def GetDataSubject(
        self, request: messages.GetDataSubjectRequest, caller: Caller
    ) -> messages.GetDataSubjectResponse:
        form = Form(request)
        subject_id = form.uuid("subject_id")
        form.check()
        caught_up(self._registry, request.min_position)
        subject = self._erasures.get_data_subject(subject_id)
        return messages.GetDataSubjectResponse(data_subject=data_subject_message(subject))

    @query(*READERS)
    def ListErasureRequests(
        self, request: messages.ListErasureRequestsRequest, caller: Caller
    ) -> messages.ListErasureRequestsResponse:
        page = Page.read(request, PlaceAmongRequests)
        caught_up(self._requests, request.min_position)
        as_of_position = self._requests.position()
        listed = self._requests.list_erasure_requests(after=page.after, limit=page.size + 1)
        shown, next_page_token = page.cut(listed, key=lambda each: each.place)
        return messages.ListErasureRequestsResponse(
            erasure_requests=map(listed_request_message, shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
        )
