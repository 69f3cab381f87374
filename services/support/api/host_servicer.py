"""HostService: what support knows of delivering organisations."""

from __future__ import annotations

from nscl.support.v1 import host_service_pb2 as messages
from nscl.support.v1 import host_service_pb2_grpc

from services.shared.grpc_server import Caller, Form, caught_up, query
from services.shared.wire import filled
from services.support.api.asked import READERS
from services.support.read_models.track_records import TrackRecords


class HostServicer(host_service_pb2_grpc.HostServiceServicer):
    """What others may ask about hosts."""

    def __init__(self, track_records: TrackRecords) -> None:
        self._track_records = track_records

    @query(*READERS)
    def GetTrackRecord(
        self, request: messages.GetTrackRecordRequest, caller: Caller
    ) -> messages.GetTrackRecordResponse:
        form = Form(request)
        host_organisation_id = form.uuid("host_organisation_id")
        form.check()
        caught_up(self._track_records, request.min_position)
        as_of_position = self._track_records.position()
        known = self._track_records.get_track_record(host_organisation_id)
        return messages.GetTrackRecordResponse(
            track_record=filled(messages.TrackRecord, known), as_of_position=as_of_position
        )
