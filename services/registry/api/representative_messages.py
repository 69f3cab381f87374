"""Who may act for whom, as the registry's door shows it."""

from __future__ import annotations

from uuid import UUID

from nscl.registry.v1 import representative_service_pb2 as messages

from services.registry.domain.representatives import Representatives
from services.shared.wire import filled


def representatives_message(
    representatives: Representatives | None, party_id: UUID | None = None
) -> messages.Representatives:
    """All authorisations of a party; ``party_id`` names it where nobody was ever authorised."""
    if representatives is None:
        return messages.Representatives(party_id=str(party_id), etag="0")
    return filled(messages.Representatives, representatives, etag=representatives.version)
