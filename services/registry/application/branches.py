"""Branches opened and closed, and whose number a number is: get, tell, save."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.registry.application.addresses import Addresses
from services.registry.application.duplicates import Merging
from services.registry.application.identifiers import ENTERPRISES, claim_id
from services.registry.domain.branch import Branch, Branches, BranchUnknown
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.identifier import Identifier, IdentifierKind, checked_tax_code
from services.shared.event_store import Call, EventLog, Saved
from services.shared.refusals import Missing


class TaxCodeOfNobody(Missing):
    """Nobody is registered under the number."""

    sentence = "Chưa có cơ sở nào được đăng ký với mã số thuế {tax_code}."


@dataclass(frozen=True)
class HolderOfTaxCode:
    """The enterprise that answers for a tax code, and its branch of that very number, where it was recorded."""

    enterprise_id: UUID
    branch: Branch | None


class Branching:
    """The branches of enterprises. ``identifier_secret`` as ``Registry`` has it."""

    def __init__(self, log: EventLog, addresses: Addresses, identifier_secret: bytes) -> None:
        self._log = log
        self._addresses = addresses
        self._identifier_secret = identifier_secret
        self._merging = Merging(log)

    def open_branch(
        self, call: Call, *, enterprise_id: UUID, number: str, display_name: str, unit_code: str, street: str | None
    ) -> Saved[Branches]:
        enterprise = self._log.load(Enterprise, enterprise_id)
        self._addresses.unit_on(unit_code, call.act.effective_on)
        known = self._log.find(Branches, Branches.create_id(enterprise_id), etag=call.etag)
        branches = known or Branches.open(call.act, enterprise_id)
        branches.open_branch(
            call.act, enterprise, number=number, display_name=display_name, unit_code=unit_code, street=street
        )
        return self._log.save_for(call, branches)

    def close_branch(self, call: Call, *, enterprise_id: UUID, number: str) -> Saved[Branches]:
        """Close a branch; BranchUnknown, also where there never was one."""
        branches = self._log.find(Branches, Branches.create_id(enterprise_id), etag=call.etag)
        code = checked_tax_code(number, "number")
        if branches is None:
            raise BranchUnknown(number=code)
        branches.close_branch(call.act, code)
        return self._log.save_for(call, branches)

    def get_branches(self, enterprise_id: UUID) -> Branches | None:
        """All branches of an enterprise, those that have closed among them; None where there never was one."""
        self._log.load(Enterprise, enterprise_id)
        return self._log.find(Branches, Branches.create_id(enterprise_id))

    def find_by_tax_code(self, tax_code: str) -> HolderOfTaxCode:
        """Who answers for a tax code, that of a branch, or of a record merged away, among them; TaxCodeOfNobody."""
        code = checked_tax_code(tax_code, "tax_code")
        claim = claim_id(self._identifier_secret, ENTERPRISES, IdentifierKind.TAX_CODE, code)
        identifier = self._log.find(Identifier, claim)
        if identifier is None:
            raise TaxCodeOfNobody(tax_code=code)
        branches = self.get_branches(identifier.holder_id)
        branch = next((each for each in branches.branches if each.number == code), None) if branches else None
        return HolderOfTaxCode(self._merging.records_of(identifier.holder_id)[0], branch)
