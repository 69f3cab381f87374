"""The door to who may act for whom."""

from __future__ import annotations

from nscl.registry.v1 import representative_service_pb2 as messages
from nscl.registry.v1 import representative_service_pb2_grpc

from services.registry.api import forms
from services.registry.api.representative_messages import representatives_message
from services.registry.api.servicer import READERS
from services.registry.application.registry import Registry
from services.registry.application.representatives import Representations
from services.registry.domain.representatives import PartyKind, Representatives
from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, caught_up, command, query


class RepresentativeServicer(representative_service_pb2_grpc.RepresentativeServiceServicer):
    """What others may ask about representatives; ``registry`` tells how far the log has come."""

    def __init__(self, representations: Representations, registry: Registry) -> None:
        self._representations = representations
        self._registry = registry

    @command("programme_officer", resource="representatives")
    def AuthoriseRepresentative(
        self, request: messages.AuthoriseRepresentativeRequest, call: Call
    ) -> Saved[Representatives]:
        form = Form(request)
        party_id = form.uuid("party_id")
        party_kind = form.choice("party_kind", PartyKind)
        person_id = form.uuid("person_id")
        valid_from = form.date("valid_from")
        valid_until = form.optional_date("valid_until")
        form.check()
        return self._representations.authorise_representative(
            call,
            party_id=party_id,
            party_kind=party_kind,
            person_id=person_id,
            valid_from=valid_from,
            valid_until=valid_until,
        )

    @command("programme_officer", resource="representatives")
    def RevokeRepresentative(self, request: messages.RevokeRepresentativeRequest, call: Call) -> Saved[Representatives]:
        form = Form(request)
        party_id = form.uuid("party_id")
        authorisation_id = form.uuid("authorisation_id")
        reason = forms.reason(form)
        form.check()
        return self._representations.revoke_representative(
            call, party_id=party_id, authorisation_id=authorisation_id, reason=reason
        )

    @query(*READERS)
    def GetRepresentatives(
        self, request: messages.GetRepresentativesRequest, caller: Caller
    ) -> messages.GetRepresentativesResponse:
        form = Form(request)
        party_id = form.uuid("party_id")
        form.check()
        caught_up(self._registry, request.min_position)
        found = self._representations.get_representatives(party_id)
        return messages.GetRepresentativesResponse(representatives=representatives_message(found, party_id))
