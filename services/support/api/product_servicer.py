"""The gRPC door of certified products: who records what their certifiers make of the certificates."""

from __future__ import annotations

from uuid import UUID

from nscl.support.v1 import product_service_pb2 as messages
from nscl.support.v1 import product_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Form, command
from services.support.api import forms
from services.support.application.support import Support
from services.support.domain.certificate_life import SurveillanceResult
from services.support.domain.product import Product


class ProductServicer(product_service_pb2_grpc.ProductServiceServicer):
    """What others may ask about certified products after the certificate, and in which capacity."""

    def __init__(self, support: Support) -> None:
        self._products = support.products

    @command("programme_officer", resource="product")
    def RecordProductSurveillance(
        self, request: messages.RecordProductSurveillanceRequest, call: Call
    ) -> Saved[Product]:
        form = Form(request)
        product_id = form.uuid("product_id")
        result = form.choice("result", SurveillanceResult)
        auditor = form.text("auditor", longest=250)
        audited_on = form.date("audited_on")
        findings = form.text("findings", longest=2_000, lines=True)
        form.check()
        return self._products.record_product_surveillance(
            call, product_id=product_id, result=result, auditor=auditor, audited_on=audited_on, findings=findings
        )

    @command("programme_officer", resource="product")
    def SuspendProduct(self, request: messages.SuspendProductRequest, call: Call) -> Saved[Product]:
        product_id, reason = _reasoned(request)
        return self._products.suspend_product(call, product_id=product_id, reason=reason)

    @command("programme_officer", resource="product")
    def ReinstateProduct(self, request: messages.ReinstateProductRequest, call: Call) -> Saved[Product]:
        product_id, reason = _reasoned(request)
        return self._products.reinstate_product(call, product_id=product_id, reason=reason)

    @command("programme_officer", resource="product")
    def WithdrawProduct(self, request: messages.WithdrawProductRequest, call: Call) -> Saved[Product]:
        product_id, reason = _reasoned(request)
        return self._products.withdraw_product(call, product_id=product_id, reason=reason)

    @command("programme_officer", resource="product")
    def RenewProduct(self, request: messages.RenewProductRequest, call: Call) -> Saved[Product]:
        form = Form(request)
        product_id = form.uuid("product_id")
        certificate_number = form.text("certificate_number", longest=60)
        valid_from = form.date("valid_from")
        valid_until = form.date("valid_until")
        form.check()
        return self._products.renew_product(
            call,
            product_id=product_id,
            certificate_number=certificate_number,
            valid_from=valid_from,
            valid_until=valid_until,
        )


def _reasoned(
    request: messages.SuspendProductRequest | messages.ReinstateProductRequest | messages.WithdrawProductRequest,
) -> tuple[UUID, str]:
    """The product and why, as the certifier's decisions take them."""
    form = Form(request)
    product_id, reason = form.uuid("product_id"), forms.reason(form)
    form.check()
    return product_id, reason
