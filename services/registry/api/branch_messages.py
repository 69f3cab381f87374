"""Branches as the messages their door answers with."""

from __future__ import annotations

from uuid import UUID

from nscl.registry.v1 import branch_service_pb2 as messages

from services.registry.application.branches import HolderOfTaxCode
from services.registry.domain.branch import Branches
from services.shared.wire import filled


def branches_message(branches: Branches | None, enterprise_id: UUID | None = None) -> messages.Branches:
    """The branches of an enterprise; ``enterprise_id`` names it where there never was one."""
    if branches is None:
        return messages.Branches(enterprise_id=str(enterprise_id), etag="0")
    return filled(messages.Branches, branches, etag=branches.version)


def holder_message(holder: HolderOfTaxCode) -> messages.FindByTaxCodeResponse:
    return filled(messages.FindByTaxCodeResponse, holder)
