"""What an act in the registry may have to stand on: a document, and a second pair of eyes."""

from __future__ import annotations

from uuid import UUID

from services.shared.record import Act
from services.shared.refusals import Forbidden, Invalid


class DocumentMissing(Invalid):
    """An act that binds others needs the number of its document."""

    sentence = "Việc này phải kèm số văn bản làm căn cứ."


class ActedBefore(Forbidden):
    """Who proposes does not approve: the same person took an earlier step of the same matter."""

    sentence = "Người đã thực hiện bước trước của hồ sơ này không được thực hiện bước này; cần một người khác."


def document_of(act: Act) -> str:
    """The number of the act's document.

    Raises DocumentMissing.
    """
    if act.document is None:
        raise DocumentMissing("basis.document")
    return act.document


def must_be_another_than(act: Act, *earlier: UUID | None) -> None:
    """Raises ActedBefore when the acting person is one of those who acted earlier."""
    if act.person_id in earlier:
        raise ActedBefore
