"""Why a request was not carried out: one exception type per reason, each with its sentence.

The type's name is the sentence that failed (``CouncilLacksQuorum``) and gives programs their stable code
(``COUNCIL_LACKS_QUORUM``); the message is for people, in Vietnamese. The door maps the families below to a gRPC status
once; nothing else in a service knows of statuses.
"""

from __future__ import annotations

import re
from typing import ClassVar

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Refusal(Exception):
    """The state of affairs does not permit the act (gRPC FAILED_PRECONDITION).

    ``sentence`` is Vietnamese and may hold ``{placeholders}``, filled from ``facts``; facts are shown to the caller and
    written to the access log, so they never hold personal data.
    """

    sentence: ClassVar[str]

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(type(self).sentence.format(**facts))

    @classmethod
    def reason(cls) -> str:
        """The stable code for programs, UPPER_SNAKE_CASE of the type's name (AIP-193)."""
        return _WORD.sub("_", cls.__name__).upper()


class Invalid(Refusal):
    """A value can never be right (gRPC INVALID_ARGUMENT); ``field`` names it by its path in the request."""

    def __init__(self, field: str, **facts: object) -> None:
        self.field = field
        super().__init__(**facts)


class Missing(Refusal):
    """What the request names is not there (gRPC NOT_FOUND)."""


class Taken(Refusal):
    """What the request would bring into being is there already (gRPC ALREADY_EXISTS)."""


class Stale(Refusal):
    """The caller acted on an older state than the log's (gRPC ABORTED): read again, then decide again."""


class Forbidden(Refusal):
    """This person may not do this here, such as approving their own proposal (gRPC PERMISSION_DENIED)."""
