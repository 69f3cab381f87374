"""Records of one enterprise as the messages their door answers with."""

from __future__ import annotations

from uuid import UUID

from nscl.registry.v1 import duplicate_service_pb2 as messages

from services.registry.domain.duplicates import Duplicates
from services.registry.read_models.likely_duplicates import LikelyDuplicate
from services.shared.wire import filled


def duplicates_message(duplicates: Duplicates | None, enterprise_id: UUID | None = None) -> messages.Duplicates:
    """The merges of a record; ``enterprise_id`` names it where none was ever proposed."""
    if duplicates is None:
        return messages.Duplicates(enterprise_id=str(enterprise_id), etag="0")
    return filled(messages.Duplicates, duplicates, etag=duplicates.version)


def likely_duplicate_message(pair: LikelyDuplicate) -> messages.LikelyDuplicate:
    return filled(messages.LikelyDuplicate, pair)
