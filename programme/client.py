"""The four doors as an outside client sees them: typed stubs, a token per person, retries that do nothing twice."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import grpc
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from nscl.registry.v1.funding_service_pb2_grpc import FundingServiceStub
from nscl.registry.v1.particulars_service_pb2_grpc import ParticularsServiceStub
from nscl.registry.v1.registry_service_pb2_grpc import RegistryServiceStub
from nscl.registry.v1.representative_service_pb2_grpc import RepresentativeServiceStub
from nscl.reporting.v1.report_service_pb2_grpc import ReportServiceStub
from nscl.reporting.v1.reporting_service_pb2_grpc import ReportingServiceStub
from nscl.support.v1.award_service_pb2_grpc import AwardServiceStub
from nscl.support.v1.budget_service_pb2_grpc import BudgetServiceStub
from nscl.support.v1.case_service_pb2_grpc import CaseServiceStub
from nscl.support.v1.certificate_service_pb2_grpc import CertificateServiceStub
from nscl.support.v1.claim_service_pb2_grpc import ClaimServiceStub
from nscl.support.v1.clock_service_pb2_grpc import ClockServiceStub
from nscl.support.v1.contract_service_pb2_grpc import ContractServiceStub
from nscl.support.v1.council_service_pb2_grpc import CouncilServiceStub
from nscl.support.v1.document_service_pb2_grpc import DocumentServiceStub
from nscl.support.v1.grant_call_service_pb2_grpc import GrantCallServiceStub
from nscl.support.v1.participation_service_pb2_grpc import ParticipationServiceStub
from nscl.support.v1.priority_service_pb2_grpc import PriorityServiceStub
from nscl.support.v1.support_service_pb2_grpc import SupportServiceStub
from nscl.training.v1.training_service_pb2_grpc import TrainingServiceStub

from deploy.local.certificates import AUTHORITY
from deploy.local.tokens import Issuer
from programme.people import Person
from services.shared.channel import open_channel

Answer = TypeVar("Answer", bound=Message)

PATIENCE_SECONDS = 60.0


class NotRefused(AssertionError):
    """A door let pass what the sample year expects to be refused."""


@dataclass(frozen=True)
class Refused:
    """A door's refusal: the stable code for programs and the sentence for people."""

    reason: str
    sentence: str


class Doors:
    """The services' doors, opened with the addresses and keys of a running platform."""

    def __init__(self, addresses: dict[str, str], keys: Path) -> None:
        authority = keys / AUTHORITY
        self._channels = {name: open_channel(address, authority) for name, address in addresses.items()}
        self.registry = RegistryServiceStub(self._channels["registry"])
        self.fundings = FundingServiceStub(self._channels["registry"])
        self.particulars = ParticularsServiceStub(self._channels["registry"])
        self.representatives = RepresentativeServiceStub(self._channels["registry"])
        self.support = SupportServiceStub(self._channels["support"])
        self.clocks = ClockServiceStub(self._channels["support"])
        self.grant_calls = GrantCallServiceStub(self._channels["support"])
        self.documents = DocumentServiceStub(self._channels["support"])
        self.priorities = PriorityServiceStub(self._channels["support"])
        self.awards = AwardServiceStub(self._channels["support"])
        self.cases = CaseServiceStub(self._channels["support"])
        self.certificates = CertificateServiceStub(self._channels["support"])
        self.claims = ClaimServiceStub(self._channels["support"])
        self.councils = CouncilServiceStub(self._channels["support"])
        self.budget = BudgetServiceStub(self._channels["support"])
        self.contracts = ContractServiceStub(self._channels["support"])
        self.participations = ParticipationServiceStub(self._channels["support"])
        self.training = TrainingServiceStub(self._channels["training"])
        self.reporting = ReportingServiceStub(self._channels["reporting"])
        self.reports = ReportServiceStub(self._channels["reporting"])
        self._issuer = Issuer.in_directory(keys)
        self._tokens: dict[Person, str] = {}

    def close(self) -> None:
        for channel in self._channels.values():
            channel.close()

    def ask(self, person: Person, rpc: Callable[..., Answer], request: Any, attempt: str = "") -> Answer:
        """Carry out one call in a person's name and return the door's answer.

        A mutation's request id is derived from who asks for what, so that a year cut off half-way is played on by
        playing it again: what was done is answered from the log. ``attempt`` tells two equal requests apart that are
        meant twice.
        UNAVAILABLE alone is retried (AIP-194), for a minute. Raises grpc.RpcError for everything else.
        """
        if "request_id" in request.DESCRIPTOR.fields_by_name and not request.request_id:
            request.request_id = str(_request_id(person, request, attempt))
        give_up = time.monotonic() + PATIENCE_SECONDS
        pause = 0.1
        while True:
            try:
                return rpc(request, timeout=30.0, metadata=[("authorization", f"Bearer {self._token(person)}")])
            except grpc.RpcError as error:
                if _code(error) is not grpc.StatusCode.UNAVAILABLE or time.monotonic() > give_up:
                    error.add_note(f"{type(request).__name__} of {person.key}: {refusal_of(error)}")
                    raise
            time.sleep(pause)
            pause = min(pause * 2, 2.0)

    def refused(self, person: Person, rpc: Callable[..., Message], request: Any, attempt: str = "") -> Refused:
        """Carry out one call that the rules forbid, and return the refusal. Raises NotRefused where the door agrees."""
        try:
            self.ask(person, rpc, request, attempt)
        except grpc.RpcError as error:
            return refusal_of(error)
        raise NotRefused(f"{type(request).__name__} by {person.key}")

    def _token(self, person: Person) -> str:
        if person not in self._tokens:
            self._tokens[person] = self._issuer.issue(
                capacity=person.capacity, body=person.body, person_id=person.person_id
            )
        return self._tokens[person]


def refusal_of(error: grpc.RpcError) -> Refused:
    """The reason and the sentence that a door put into an error's details."""
    status = rpc_status.from_call(error)  # type: ignore[arg-type]  # an RpcError raised by a call is that call
    info, words = error_details_pb2.ErrorInfo(), error_details_pb2.LocalizedMessage()
    for detail in status.details if status else ():
        detail.Unpack(info)
        detail.Unpack(words)
    return Refused(reason=info.reason, sentence=words.message)


def _code(error: grpc.RpcError) -> grpc.StatusCode | None:
    return error.code() if isinstance(error, grpc.Call) else None


def _request_id(person: Person, request: Message, attempt: str) -> UUID:
    named = f"{person.key}\n{request.DESCRIPTOR.full_name}\n{attempt}\n".encode()
    return UUID(bytes=hashlib.sha256(named + request.SerializeToString(deterministic=True)).digest()[:16], version=4)
