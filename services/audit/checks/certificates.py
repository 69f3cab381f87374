"""Where the decision pays after the certificate, nothing is paid on one that did not hold on the payment's day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.audit.checks.facts import Fact, Finding, Place


@dataclass
class _Standing:
    """The certificate of a participation: its last day, and where it was suspended or withdrawn, if it was."""

    valid_until: str
    taken_at: Place | None = None


class PaidOnCertificates:
    """A certificate that a payment waits for is neither suspended nor withdrawn, and has not lapsed."""

    def __init__(self) -> None:
        self._waiting: set[str] = set()
        self._standing: dict[str, _Standing] = {}

    def findings(self, fact: Fact) -> Iterator[Finding]:
        state = fact.state
        match fact.topic:
            case "support:Task.Approved" | "support:Task.SelectedFromWaitlist":
                paid_after = (grant for grant in state["grants"] if grant["pays_after_certificate"])
                self._waiting.update(grant["participation_id"] for grant in paid_after)
            case "support:Participation.Certified":
                self._standing[fact.stream] = _Standing(state["valid_until"])
            case "support:Certificate.Renewed":
                self._standing[state["participation_id"]] = _Standing(state["valid_until"])
            case "support:Certificate.Suspended" | "support:Certificate.Withdrawn":
                self._standing[state["participation_id"]].taken_at = fact.place
            case "support:Certificate.Reinstated":
                self._standing[state["participation_id"]].taken_at = None
            case "support:Participation.Paid" if fact.stream in self._waiting:
                yield from self._paid(fact)

    def _paid(self, fact: Fact) -> Iterator[Finding]:
        standing = self._standing.get(fact.stream, _Standing(valid_until=""))
        if standing.taken_at or standing.valid_until < fact.act["effective_on"]:
            told = f"Tham gia {fact.stream} được chi khi chứng chỉ không còn hiệu lực."
            evidence = tuple(filter(None, (standing.taken_at, fact.place)))
            yield Finding("PAID_ON_LOST_CERTIFICATE", told, evidence)
