"""No grant is above what the norms it names make of the stated cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.audit.checks.facts import Fact, Finding, Place, in_dong


class GrantsWithinNorms:
    """A participation is granted at most what an adopted norm gives for its content; by size, the highest row's."""

    def __init__(self) -> None:
        self._norms: dict[str, dict[str, dict[str, Any]]] = {}
        self._adopted: dict[str, Place] = {}
        self._registered: dict[str, Fact] = {}

    def findings(self, fact: Fact) -> Iterator[Finding]:
        match fact.topic:
            case "support:Norms.Proposed":
                self._norms[fact.stream] = {norm["content_code"]: norm for norm in fact.state["norms"]}
            case "support:Norms.Adopted":
                self._adopted[fact.stream] = fact.place
            case "support:Participation.Registered":
                self._registered[fact.stream] = fact
            case "support:Participation.Selected" if fact.state.get("norms_id"):  # earlier ones did not name theirs
                yield from self._selected(fact)

    def _selected(self, fact: Fact) -> Iterator[Finding]:
        norms_id, registered = fact.state["norms_id"], self._registered.get(fact.stream)
        norm = self._norms.get(norms_id, {}).get(fact.state["content_code"])
        adopted = self._adopted.get(norms_id)
        if norm is None or adopted is None or registered is None:
            told = f"Tham gia {fact.stream} được hỗ trợ mà không có định mức đã ban hành."
            yield Finding("GRANT_WITHOUT_NORM", told, (fact.place,))
            return
        most_vnd = _most_vnd(norm, registered.state["estimated_cost_vnd"], registered.state["product_count"])
        if fact.state["amount_vnd"] > most_vnd:
            granted = in_dong(fact.state["amount_vnd"])
            told = f"Tham gia {fact.stream} được hỗ trợ {granted}, định mức cho tối đa {in_dong(most_vnd)}."
            yield Finding("GRANT_ABOVE_NORM", told, (adopted, registered.place, fact.place))


def _most_vnd(norm: dict[str, Any], cost_vnd: int, product_count: int) -> int:
    rows: list[dict[str, int]] = norm["tiers"] if norm["kind"] == "BY_SIZE" else [norm]
    times = product_count if norm["kind"] == "PER_PRODUCT" else 1
    is_flat = norm["kind"] == "FLAT"
    return max(
        min(cost_vnd if is_flat else cost_vnd * row["rate_percent"] // 100, row["cap_vnd"] * times) for row in rows
    )
