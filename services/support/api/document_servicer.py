"""The door of document numbers and of delegated signatures."""

from __future__ import annotations

from nscl.support.v1 import document_service_pb2 as messages
from nscl.support.v1 import document_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, caught_up, command, query
from services.support.api import forms
from services.support.api.asked import READERS, asked_for
from services.support.api.messages import delegation_message, document_message, document_register_message
from services.support.application.support import Support
from services.support.domain.delegation import DecisionKind, Delegation, SignatureLine
from services.support.domain.document_register import DocumentRegister
from services.support.read_models.delegations import DelegationList
from services.support.read_models.documents import DocumentList

CLERKS = ("city_leader", "finance_appraiser", "programme_lead", "programme_officer")
"""Who keeps the registers of their own body."""


class DocumentServicer(document_service_pb2_grpc.DocumentServiceServicer):
    """What others may ask about document numbers and delegations, and in which capacity."""

    def __init__(self, support: Support, *, documents: DocumentList, delegations: DelegationList) -> None:
        self._support = support
        self._documents = documents
        self._delegations = delegations

    # Registers of document numbers

    @command(*CLERKS, resource="document_register")
    def OpenDocumentRegister(
        self, request: messages.OpenDocumentRegisterRequest, call: Call
    ) -> Saved[DocumentRegister]:
        form = Form(request)
        issuer = form.text("issuer", pattern=forms.BODY_CODE)
        document_type = form.optional_text("document_type", pattern=forms.DOCUMENT_TYPE) or ""
        year = forms.year(form)
        legal_norm = form.boolean("legal_norm")
        first_number = form.integer("first_number", least=1, most=10**6)
        form.check()
        return self._support.documents.open_document_register(
            call,
            issuer=issuer,
            document_type=document_type,
            year=year,
            legal_norm=legal_norm,
            first_number=first_number,
        )

    @command(*CLERKS, resource="document_register")
    def IssueDocument(self, request: messages.IssueDocumentRequest, call: Call) -> Saved[DocumentRegister]:
        form = Form(request)
        new_document = form.nested("new_document", forms.new_document)
        person_id = form.uuid("person_id")
        form.check()
        return self._support.documents.issue_document(call, new_document=new_document, person_id=person_id)

    @command(*CLERKS, resource="document_register")
    def VoidDocument(self, request: messages.VoidDocumentRequest, call: Call) -> Saved[DocumentRegister]:
        form = Form(request)
        document_register_id = form.uuid("document_register_id")
        number = form.integer("number", least=1, most=10**9)
        reason = forms.reason(form)
        form.check()
        return self._support.documents.void_document(
            call, document_register_id=document_register_id, number=number, reason=reason
        )

    @query(*READERS)
    def GetDocumentRegister(
        self, request: messages.GetDocumentRegisterRequest, caller: Caller
    ) -> messages.GetDocumentRegisterResponse:
        register_id = asked_for(self._support, request, "document_register_id")
        register = self._support.documents.get_document_register(register_id)
        return messages.GetDocumentRegisterResponse(document_register=document_register_message(register))

    @query(*READERS)
    def ListDocuments(self, request: messages.ListDocumentsRequest, caller: Caller) -> messages.ListDocumentsResponse:
        form = Form(request)
        document_register_id = form.optional_uuid("document_register_id")
        form.check()
        page = Page.read(request, int)
        caught_up(self._documents, request.min_position)
        as_of_position = self._documents.position()
        rows = self._documents.list_documents(
            document_register_id=document_register_id, after=page.after, limit=page.size + 1
        )
        shown, next_page_token = page.cut(rows, key=lambda row: row.issued_at_position)
        return messages.ListDocumentsResponse(
            documents=map(document_message, shown), next_page_token=next_page_token, as_of_position=as_of_position
        )

    # Delegated signatures

    @command("city_leader", resource="delegation")
    def GrantDelegation(self, request: messages.GrantDelegationRequest, call: Call) -> Saved[Delegation]:
        form = Form(request)
        delegate_id = form.uuid("delegate_id")
        delegate_body = form.text("delegate_body", pattern=forms.BODY_CODE)
        signature_line = form.choice("signature_line", SignatureLine)
        decision_kinds = form.choices("decision_kinds", DecisionKind, least=1, most=20)
        ceiling_vnd = form.amount_vnd("ceiling_vnd")
        valid_from = form.date("valid_from")
        valid_until = form.date("valid_until")
        form.check()
        return self._support.delegations.grant_delegation(
            call,
            delegate_id=delegate_id,
            delegate_body=delegate_body,
            signature_line=signature_line,
            decision_kinds=decision_kinds,
            ceiling_vnd=ceiling_vnd,
            valid_from=valid_from,
            valid_until=valid_until,
        )

    @command("city_leader", resource="delegation")
    def RevokeDelegation(self, request: messages.RevokeDelegationRequest, call: Call) -> Saved[Delegation]:
        form = Form(request)
        delegation_id = form.uuid("delegation_id")
        reason = forms.reason(form)
        form.check()
        return self._support.delegations.revoke_delegation(call, delegation_id=delegation_id, reason=reason)

    @query(*READERS)
    def GetDelegation(self, request: messages.GetDelegationRequest, caller: Caller) -> messages.GetDelegationResponse:
        delegation = self._support.delegations.get_delegation(asked_for(self._support, request, "delegation_id"))
        return messages.GetDelegationResponse(delegation=delegation_message(delegation))

    @query(*READERS)
    def ListDelegations(
        self, request: messages.ListDelegationsRequest, caller: Caller
    ) -> messages.ListDelegationsResponse:
        form = Form(request)
        delegate_id = form.optional_uuid("delegate_id")
        in_force_on = form.optional_date("in_force_on")
        form.check()
        page = Page.read(request, int)
        caught_up(self._delegations, request.min_position)
        as_of_position = self._delegations.position()
        rows = self._delegations.list_delegations(
            delegate_id=delegate_id, in_force_on=in_force_on, after=page.after, limit=page.size + 1
        )
        shown, next_page_token = page.cut(rows, key=lambda row: row.granted_at_position)
        return messages.ListDelegationsResponse(
            delegations=map(delegation_message, shown), next_page_token=next_page_token, as_of_position=as_of_position
        )
