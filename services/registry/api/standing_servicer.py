"""The door to what becomes of attestations."""

from __future__ import annotations

from nscl.registry.v1 import standing_service_pb2 as messages
from nscl.registry.v1 import standing_service_pb2_grpc

from services.registry.api import forms
from services.registry.application.standing import Standings
from services.registry.domain.enterprise import Enterprise
from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Form, command


class StandingServicer(standing_service_pb2_grpc.StandingServiceServicer):
    """What others may ask about attestations, and in which capacity."""

    def __init__(self, standings: Standings) -> None:
        self._standings = standings

    @command("standing_attestor", resource="enterprise")
    def RevokeStanding(self, request: messages.RevokeStandingRequest, call: Call) -> Saved[Enterprise]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        standing_id = form.uuid("standing_id")
        reason = forms.reason(form)
        form.check()
        return self._standings.revoke_standing(
            call, enterprise_id=enterprise_id, standing_id=standing_id, reason=reason
        )
