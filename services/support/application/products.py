"""Certified products, which the indicators count beside the tasks (K5)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.refusals import Taken
from services.support.application.registry import Registry, must_go_on
from services.support.domain.certificate_life import SurveillanceResult
from services.support.domain.participation import Participation
from services.support.domain.product import ConformityKind, Product

CONTENT_OF = {
    ConformityKind.CONFORMITY_TO_STANDARD: "PRD-HOPCHUAN",
    ConformityKind.CONFORMITY_TO_REGULATION: "PRD-HOPQUY",
}
"""The contents of the catalogue that products belong to; the registry is asked about a content."""


class ProductAlreadyCertified(Taken):
    """The same certificate counts once."""

    sentence = "Chứng chỉ {certificate_number} của nhóm sản phẩm {product_group_code} đã được ghi nhận cho cơ sở này."


class Products:
    """Acts on certified products."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry

    def certify_product(
        self,
        call: Call,
        *,
        enterprise_id: UUID,
        product_group_code: str,
        product_name: str,
        conformity_kind: ConformityKind,
        certificate_number: str,
        certification_body: str,
        valid_from: date,
        valid_until: date,
        participation_id: UUID | None,
    ) -> Saved[Product]:
        if participation_id is not None:
            self._log.load(Participation, participation_id).must_be_of(enterprise_id)
        must_go_on(self._registry, call.act, enterprise_id, CONTENT_OF[conformity_kind])
        product = Product.certify(
            call.act,
            enterprise_id=enterprise_id,
            product_group_code=product_group_code,
            product_name=product_name,
            conformity_kind=conformity_kind,
            certificate_number=certificate_number,
            certification_body=certification_body,
            valid_from=valid_from,
            valid_until=valid_until,
            participation_id=participation_id,
        )
        self._must_be_new(product)
        return self._log.save_for(call, product)

    def record_product_surveillance(
        self,
        call: Call,
        *,
        product_id: UUID,
        result: SurveillanceResult,
        auditor: str,
        audited_on: date,
        findings: str,
    ) -> Saved[Product]:
        product = self._product(call, product_id)
        product.surveil(call.act, result=result, auditor=auditor, audited_on=audited_on, findings=findings)
        return self._log.save_for(call, product)

    def suspend_product(self, call: Call, *, product_id: UUID, reason: str) -> Saved[Product]:
        product = self._product(call, product_id)
        product.suspend(call.act, reason=reason)
        return self._log.save_for(call, product)

    def reinstate_product(self, call: Call, *, product_id: UUID, reason: str) -> Saved[Product]:
        product = self._product(call, product_id)
        product.reinstate(call.act, reason=reason)
        return self._log.save_for(call, product)

    def withdraw_product(self, call: Call, *, product_id: UUID, reason: str) -> Saved[Product]:
        product = self._product(call, product_id)
        product.withdraw(call.act, reason=reason)
        return self._log.save_for(call, product)

    def renew_product(
        self, call: Call, *, product_id: UUID, certificate_number: str, valid_from: date, valid_until: date
    ) -> Saved[Product]:
        """The product under its new certificate is recorded in the same append; the enterprise must still go on."""
        product = self._product(call, product_id)
        must_go_on(self._registry, call.act, product.enterprise_id, CONTENT_OF[product.conformity_kind])
        renewed = product.renew(
            call.act, certificate_number=certificate_number, valid_from=valid_from, valid_until=valid_until
        )
        self._must_be_new(renewed)
        return self._log.save_for(call, product, renewed)

    def get_product(self, product_id: UUID) -> Product:
        return self._log.load(Product, product_id)

    def _product(self, call: Call, product_id: UUID) -> Product:
        return self._log.load(Product, product_id, etag=call.etag)

    def _must_be_new(self, product: Product) -> None:
        """Raises ProductAlreadyCertified."""
        if self._log.find(Product, product.id):
            raise ProductAlreadyCertified(
                certificate_number=product.certificate_number, product_group_code=product.product_group_code
            )
