"""What a door's rate is measured against: the same server, interceptors and identity, and a handler that does nothing.

Started as a process of its own with registry's environment; it prints the address it listens on.
"""

from __future__ import annotations

from dataclasses import replace

from nscl.registry.v1 import registry_service_pb2 as pb

from services.registry.api.messages import to_message
from services.registry.api.servicer import RegistryServicer
from services.registry.settings import SERVICE, ApiSettings
from services.shared.event_store import EventLog
from services.shared.grpc_server import Caller, query, serve


class EmptyHanded(RegistryServicer):
    """Registry's servicer with one method emptied."""

    @query("scheme_officer")
    def RecordOtherFunding(self, _: pb.RecordOtherFundingRequest, __: Caller) -> pb.RecordOtherFundingResponse:  # noqa: N802 - an rpc's name
        return pb.RecordOtherFundingResponse()


def main() -> None:
    settings = ApiSettings.from_environment(SERVICE)
    door_settings = replace(settings.door, listen="127.0.0.1:0", systems=None, metrics_listen=None)
    servicer = EmptyHanded.__new__(EmptyHanded)  # no other method of it is called
    log = EventLog(SERVICE, settings.postgres)
    door = serve(SERVICE, [servicer], log=log, to_message=to_message, settings=door_settings)
    print(door.address, flush=True)
    door.wait_for_stop()


if __name__ == "__main__":
    main()
