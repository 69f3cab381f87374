"""The registry's gRPC door to branches, and to who answers for a tax code."""

from __future__ import annotations

from nscl.registry.v1 import branch_service_pb2 as messages
from nscl.registry.v1 import branch_service_pb2_grpc

from services.registry.api import forms
from services.registry.api.branch_messages import branches_message, holder_message
from services.registry.api.servicer import READERS
from services.registry.application.branches import Branching
from services.registry.application.registry import Registry
from services.registry.domain.branch import Branches
from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, caught_up, command, query


class BranchServicer(branch_service_pb2_grpc.BranchServiceServicer):
    """What may be asked about branches, and in which capacity; ``registry`` tells how far the log has come."""

    def __init__(self, branching: Branching, registry: Registry) -> None:
        self._branching = branching
        self._registry = registry

    @command("programme_officer", resource="branches")
    def OpenBranch(self, request: messages.OpenBranchRequest, call: Call) -> Saved[Branches]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        number = form.text("number", longest=20)
        display_name = form.text("display_name", longest=250)
        unit_code, street = form.nested("address", forms.address)
        form.check()
        return self._branching.open_branch(
            call,
            enterprise_id=enterprise_id,
            number=number,
            display_name=display_name,
            unit_code=unit_code,
            street=street,
        )

    @command("programme_officer", resource="branches")
    def CloseBranch(self, request: messages.CloseBranchRequest, call: Call) -> Saved[Branches]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        number = form.text("number", longest=20)
        form.check()
        return self._branching.close_branch(call, enterprise_id=enterprise_id, number=number)

    @query(*READERS)
    def GetBranches(self, request: messages.GetBranchesRequest, caller: Caller) -> messages.GetBranchesResponse:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        form.check()
        caught_up(self._registry, request.min_position)
        branches = self._branching.get_branches(enterprise_id)
        return messages.GetBranchesResponse(branches=branches_message(branches, enterprise_id))

    @query(*READERS)
    def FindByTaxCode(self, request: messages.FindByTaxCodeRequest, caller: Caller) -> messages.FindByTaxCodeResponse:
        form = Form(request)
        tax_code = form.text("tax_code", longest=20)
        form.check()
        caught_up(self._registry, request.min_position)
        return holder_message(self._branching.find_by_tax_code(tax_code))
