"""Who acts in the sample year: each under one body's identity and in one capacity. Nobody here has a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

NAMESPACE = UUID("7d0a4a0e-1344-4b58-8b0a-0c4f1f1d1340")


@dataclass(frozen=True)
class Person:
    """One person's identity at the doors; ``person_id`` is a surrogate, the same in every run."""

    key: str
    body: str
    capacity: str

    @property
    def person_id(self) -> UUID:
        return uuid5(NAMESPACE, f"person:{self.key}")


ADMINISTRATOR = Person("administrator", "SKHCN", "administrator")
OFFICER = Person("officer", "SKHCN", "programme_officer")
SECOND_OFFICER = Person("second-officer", "SKHCN", "programme_officer")
DIRECTOR = Person("director", "SKHCN", "programme_lead")
APPRAISER = Person("appraiser", "STC", "finance_appraiser")
VICE_CHAIRMAN = Person("vice-chairman", "UBND", "city_leader")
TREASURER = Person("treasurer", "KBNN", "payment_officer")
TRAINER = Person("trainer", "SKHCN", "training_officer")
REPORTER = Person("reporter", "SKHCN", "reporting_officer")
AUDITOR = Person("auditor", "TTTP", "auditor")
SCHEME_OFFICER = Person("scheme-officer", "SCT", "scheme_officer")

TAX_OFFICER = Person("tax-officer", "CUCTHUE", "standing_attestor")
INSURANCE_OFFICER = Person("insurance-officer", "BHXH", "standing_attestor")
ENVIRONMENT_OFFICER = Person("environment-officer", "STNMT", "standing_attestor")

COUNCIL = (
    Person("council-chair", "SKHCN", "council_member"),
    Person("council-secretary", "SKHCN", "council_member"),
    Person("council-finance", "STC", "council_member"),
    Person("council-trade", "SCT", "council_member"),
    Person("council-farming", "SNNPTNT", "council_member"),
    Person("council-health", "SYT", "council_member"),
    Person("council-association", "HHDN", "council_member"),
)


def host_representative(host: str) -> Person:
    """Who speaks for a delivering organisation; ``host`` is the organisation's key in the sample."""
    return Person(f"host-{host}", host, "host_representative")


def applicant(task: Mapping[str, Any]) -> Person:
    """Who speaks for the applicant of a task: its host, or the enterprise that applies for itself."""
    if "host" in task:
        return host_representative(task["host"])
    key: str = task["enterprise"]
    return Person(f"owner-{key}", key, "enterprise_representative")


def surrogate(name: str) -> str:
    """The surrogate id of somebody who only attends, the same in every run."""
    return str(uuid5(NAMESPACE, f"person:{name}"))
