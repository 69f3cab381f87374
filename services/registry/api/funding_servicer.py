"""The door to funding from other schemes: lists taken in, single fundings corrected and revoked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from nscl.common.v1.act_pb2 import Recorded
from nscl.registry.v1 import funding_service_pb2 as messages
from nscl.registry.v1 import funding_service_pb2_grpc

from services.registry.api import forms
from services.registry.api.funding_lists import MOST_ROWS, FundingSheet, in_columns, sent_rows, title_of
from services.registry.api.messages import import_counts_message, import_message, listed_import_message
from services.registry.api.servicer import READERS
from services.registry.api.spreadsheets import CsvWritten, Row, Written, XlsxWritten, csv_rows, xlsx_rows
from services.registry.application.funding import (
    Funding,
    ImportOrder,
    RowOutcome,
    RowProblem,
    RowStatus,
    counts_of,
)
from services.registry.application.registry import Registry
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.funding_import import ImportCounts, ImportSource
from services.registry.read_models.funding_imports import FundingImports
from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, bulk_command, caught_up, command, query
from services.shared.refusals import Invalid

MOST_FILE_BYTES = 32 << 20
_FILES: dict[ImportSource, tuple[Callable[[IO[bytes], str], Iterator[Row]], Callable[[], Written]]] = {
    ImportSource.CSV: (csv_rows, CsvWritten),
    ImportSource.XLSX: (xlsx_rows, XlsxWritten),
}


class ContentUnexpected(Invalid):
    """The first message says what comes, those after it carry it in the form it says."""

    sentence = "Thông điệp này không mang nội dung đúng với hình thức danh sách đã khai."


class ContentIncomplete(Invalid):
    """As much comes as was said: a part is not taken for the whole."""

    sentence = "Nội dung nhận được ({received}) khác với kích thước đã khai ({declared}); xin gửi lại từ đầu."


@dataclass(frozen=True)
class _Announced:
    """What the first message says of the rest."""

    scheme: str
    source: ImportSource
    size: int
    dry_run: bool


class FundingServicer(funding_service_pb2_grpc.FundingServiceServicer):
    """What others may ask about funding from other schemes, and in which capacity."""

    def __init__(self, funding: Funding, registry: Registry, funding_imports: FundingImports) -> None:
        self._funding = funding
        self._registry = registry
        self._funding_imports = funding_imports

    @bulk_command("scheme_officer", resource="funding_import")
    def ImportOtherFundings(
        self,
        first: messages.ImportOtherFundingsRequest,
        following: Iterator[messages.ImportOtherFundingsRequest],
        call: Call,
    ) -> Iterator[messages.ImportOtherFundingsResponse]:
        announced = _announced(first)
        with TemporaryFile() as content:
            digest = _spool(announced, following, content)
            order = ImportOrder(announced.scheme, announced.source, digest, announced.dry_run)
            yield from self._import(call, order, content)

    @query(*READERS)
    def GetFundingImport(
        self, request: messages.GetFundingImportRequest, caller: Caller
    ) -> messages.GetFundingImportResponse:
        form = Form(request)
        funding_import_id = form.uuid("funding_import_id")
        form.check()
        caught_up(self._registry, request.min_position)
        found = self._funding.get_funding_import(funding_import_id)
        return messages.GetFundingImportResponse(funding_import=import_message(found))

    @query(*READERS)
    def ListFundingImports(
        self, request: messages.ListFundingImportsRequest, caller: Caller
    ) -> messages.ListFundingImportsResponse:
        form = Form(request)
        scheme = form.optional_text("scheme", longest=250)
        body = form.optional_text("body", pattern=forms.BODY_CODE)
        form.check()
        page = Page.read(request, int)
        caught_up(self._funding_imports, request.min_position)
        as_of_position = self._funding_imports.position()
        rows = self._funding_imports.list_funding_imports(
            scheme=scheme, body=body, after=page.after, limit=page.size + 1
        )
        shown, next_page_token = page.cut(rows, key=lambda row: row.position)
        return messages.ListFundingImportsResponse(
            funding_imports=map(listed_import_message, shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
        )

    @command("scheme_officer", resource="enterprise")
    def CorrectOtherFunding(self, request: messages.CorrectOtherFundingRequest, call: Call) -> Saved[Enterprise]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        other_funding_id = form.uuid("other_funding_id")
        reason = forms.reason(form)
        funding = forms.other_funding(form)
        form.check()
        return self._funding.correct_other_funding(
            call, enterprise_id=enterprise_id, other_funding_id=other_funding_id, funding=funding, reason=reason
        )

    @command("scheme_officer", resource="enterprise")
    def RevokeOtherFunding(self, request: messages.RevokeOtherFundingRequest, call: Call) -> Saved[Enterprise]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        other_funding_id = form.uuid("other_funding_id")
        reason = forms.reason(form)
        form.check()
        return self._funding.revoke_other_funding(
            call, enterprise_id=enterprise_id, other_funding_id=other_funding_id, reason=reason
        )

    def _import(
        self, call: Call, order: ImportOrder, content: IO[bytes]
    ) -> Iterator[messages.ImportOtherFundingsResponse]:
        """Tell of each batch of rows when it is done, hand out the result file as it grows, and name the import."""
        sheet = _sheet(order, content)
        pieces = sheet.begin_result() if sheet else iter(())
        yield from (messages.ImportOtherFundingsResponse(result_chunk=piece) for piece in pieces)
        counts = ImportCounts()
        rows = iter(sheet) if sheet else sent_rows(content, order.scheme)
        for outcomes in self._funding.import_other_fundings(call, order, rows):
            counts += counts_of(outcomes)
            yield messages.ImportOtherFundingsResponse(
                rows_done=counts.rows, refused_rows=_refused_rows(outcomes, in_file=sheet is not None)
            )
            for piece in sheet.tell(outcomes) if sheet else ():
                yield messages.ImportOtherFundingsResponse(result_chunk=piece)
        for piece in sheet.end_result() if sheet else ():
            yield messages.ImportOtherFundingsResponse(result_chunk=piece)
        if order.dry_run:
            yield messages.ImportOtherFundingsResponse(
                rows_done=counts.rows, funding_import=import_counts_message(order, counts)
            )
            return
        saved = self._funding.finish_import(call, counts)
        yield messages.ImportOtherFundingsResponse(
            rows_done=counts.rows,
            funding_import=import_message(saved.record),
            recorded=Recorded(service=saved.service, position=saved.position),
        )


def _announced(first: messages.ImportOtherFundingsRequest) -> _Announced:
    form = Form(first)
    scheme = form.text("scheme", longest=250)
    source = form.choice("source", ImportSource)
    size = form.integer("content_size", least=1, most=MOST_ROWS if source is ImportSource.ROWS else MOST_FILE_BYTES)
    dry_run = form.boolean("dry_run")
    form.check()
    if first.WhichOneof("content") is not None:
        raise ContentUnexpected("content")
    return _Announced(scheme, source, size, dry_run)


def _spool(announced: _Announced, following: Iterator[messages.ImportOtherFundingsRequest], content: IO[bytes]) -> str:
    """Keep what comes in a file until it is all there; the SHA-256 of it."""
    digest, received = hashlib.sha256(), 0
    carries = "row" if announced.source is ImportSource.ROWS else "chunk"
    for message in following:
        if message.WhichOneof("content") != carries:
            raise ContentUnexpected(carries)
        piece = message.chunk
        if carries == "row":
            row = message.row.SerializeToString(deterministic=True)
            piece = len(row).to_bytes(4, "big") + row
        received += 1 if carries == "row" else len(piece)
        if received > announced.size:
            break
        digest.update(piece)
        content.write(piece)
    if received != announced.size:
        raise ContentIncomplete("content_size", received=received, declared=announced.size)
    return digest.hexdigest()


def _sheet(order: ImportOrder, content: IO[bytes]) -> FundingSheet | None:
    """The file's rows; None where the list came as messages."""
    if order.source is ImportSource.ROWS:
        return None
    rows, written = _FILES[order.source]
    return FundingSheet(rows(content, "content"), written(), order.scheme)


def _refused_rows(outcomes: Sequence[RowOutcome], *, in_file: bool) -> list[messages.RefusedRow]:
    return [
        messages.RefusedRow(
            row_number=outcome.number, problems=[_problem(problem, in_file=in_file) for problem in outcome.problems]
        )
        for outcome in outcomes
        if outcome.status is RowStatus.REFUSED
    ]


def _problem(problem: RowProblem, *, in_file: bool) -> messages.RowProblem:
    return messages.RowProblem(
        field=problem.field,
        column=title_of(problem.field) if in_file else "",
        reason=problem.reason,
        sentence=in_columns(problem) if in_file else problem.sentence,
    )
