"""Which enterprises are registered; nothing in this view is personal data.

Every enterprise is found by its terms: the words of its name and their beginnings, its unit, group and form, and each
beginning of its codes of business lines, all in one inverted index. What was merged into another as a duplicate is
found, and listed, under that one. A search first looks through the next few thousand rows, where terms that are common
are found at once, and asks the index only for what is rare: so that neither a common term nor a rare one makes it slow.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import singledispatchmethod
from uuid import UUID

import msgspec

from services.registry.domain.branch import Branches
from services.registry.domain.business_line import BusinessLine, changed_lines
from services.registry.domain.duplicates import Duplicates, Merge
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.identifier import IdentifierKind
from services.registry.domain.registration import LegalForm, Particulars, TargetGroup
from services.shared.event_store import Cursor, View
from services.shared.record import Record


@dataclass(frozen=True)
class ListedEnterprise:
    """An enterprise as lists show it; ``position`` is that of its registration, ``version`` that of its record.

    ``particulars`` is None for a household business, whose particulars are personal data.
    """

    position: int
    id: UUID
    target_group: TargetGroup
    legal_form: LegalForm
    identifier_kind: IdentifierKind
    no_identifier_reason: str | None
    particulars: Particulars | None
    unit_code: str
    business_lines: tuple[BusinessLine, ...]
    registered_on: date
    ended_on: date | None
    version: int


# Each kind of term begins with its own letter.
_NAME, _BEGINNING, _GROUP, _FORM, _UNIT, _LINE = "n", "b", "g", "f", "u", "v"
# Short beginnings of words are terms of their own: the index would gather all words that begin so, for each search.
_LONGEST_BEGINNING = 4
_WORD = re.compile(r"[a-z0-9]+")
_COLUMNS = (
    "position, enterprise_id, target_group, legal_form, identifier_kind, no_identifier_reason, particulars, unit_code,"
    " business_lines, registered_on, ended_on, version"
)
_SELECT = f"SELECT {_COLUMNS} FROM enterprises"
_ALL = f"{_SELECT} WHERE merged_into IS NULL AND position > %(after)s ORDER BY position LIMIT %(limit)s"
# Where fewer than one page is found among so many, so few are there at all that the index finds them quickly.
_ROWS_LOOKED_THROUGH = 10_000
_NEAR = (
    f"SELECT {_COLUMNS} FROM"
    " (SELECT * FROM enterprises WHERE position > %(after)s ORDER BY position LIMIT %(near)s) AS near"
    " WHERE terms @@ %(all)s::tsquery ORDER BY position LIMIT %(limit)s"
)
# The index is asked for what tells one enterprise from another, and the rows that it finds for the rest. The positions
# are found before they are put in order, because a plan that walked along them would pass most of the table.
_ANYWHERE = (
    "WITH found AS MATERIALIZED (SELECT position FROM enterprises"
    " WHERE terms @@ %(telling)s::tsquery AND (terms @@ %(all)s::tsquery) IS TRUE AND position > %(after)s)"
    f" {_SELECT} WHERE position IN (SELECT position FROM found ORDER BY position LIMIT %(limit)s) ORDER BY position"
)
# The records of one enterprise, the kept one first; what was merged away is followed to it, and back.
_RECORDS = """
    WITH RECURSIVE kept AS (
        SELECT enterprise_id, merged_into FROM enterprises WHERE enterprise_id = %(enterprise_id)s
        UNION ALL
        SELECT up.enterprise_id, up.merged_into FROM enterprises AS up JOIN kept ON up.enterprise_id = kept.merged_into
    ), records AS (
        SELECT enterprise_id, 0 AS depth FROM kept WHERE merged_into IS NULL
        UNION ALL
        SELECT down.enterprise_id, depth + 1 FROM enterprises AS down JOIN records
        ON down.merged_into = records.enterprise_id
    )
    SELECT enterprise_id, particulars, unit_code, legal_form, business_lines
    FROM enterprises JOIN records USING (enterprise_id) ORDER BY depth
"""
_IN_MANY_NAMES = frozenset({
    "cong", "ty", "tnhh", "mtv", "cp", "co", "phan", "mot", "thanh", "vien", "doanh", "nghiep",
    "tu", "nhan", "hop", "tac", "xa",
})  # fmt: skip


class Enterprises(View):
    """Enterprises in order of their registration."""

    name = "enterprises"
    table = """
        CREATE TABLE IF NOT EXISTS enterprises (
            position bigint PRIMARY KEY,
            enterprise_id uuid NOT NULL UNIQUE,
            target_group text NOT NULL,
            legal_form text NOT NULL,
            identifier_kind text NOT NULL,
            no_identifier_reason text,
            particulars text,
            unit_code text NOT NULL,
            business_lines text NOT NULL,
            registered_on date NOT NULL,
            ended_on date,
            version bigint NOT NULL,
            terms tsvector NOT NULL,
            merged_into uuid
        );
        CREATE INDEX IF NOT EXISTS enterprises_merged ON enterprises (merged_into) WHERE merged_into IS NOT NULL;
        CREATE TABLE IF NOT EXISTS enterprise_branches (
            number text PRIMARY KEY,
            enterprise_id uuid NOT NULL,
            display_name text NOT NULL,
            unit_code text NOT NULL
        );
        CREATE INDEX IF NOT EXISTS enterprise_branches_of ON enterprise_branches (enterprise_id);
        CREATE INDEX IF NOT EXISTS enterprises_by_terms ON enterprises USING gin (terms) WITH (fastupdate = off)
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Enterprise.Registered, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO enterprises (position, enterprise_id, target_group, legal_form, identifier_kind,"
            " no_identifier_reason, particulars, unit_code, business_lines, registered_on, version, terms)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, array_to_tsvector(%s::text[]))",
            (
                position,
                event.originator_id,
                event.target_group,
                event.legal_form,
                event.identifier_kind,
                event.no_identifier_reason,
                _stored(event.particulars),
                event.unit_code,
                msgspec.json.encode(event.business_lines).decode(),
                event.registered_on,
                event.originator_version,
                terms_of(event.particulars, event.unit_code, event.legal_form, event.business_lines),
            ),
        )

    @project.register(Enterprise.StandingAttested)
    @project.register(Enterprise.StandingRevoked)
    @project.register(Enterprise.OtherFundingRecorded)
    @project.register(Enterprise.OtherFundingCorrected)
    @project.register(Enterprise.OtherFundingRevoked)
    @project.register(Enterprise.StopFlagRaised)
    @project.register(Enterprise.StopFlagLifted)
    @project.register(Enterprise.SizeRecorded)
    def _(self, event: Enterprise.Event, position: int, cursor: Cursor) -> None:
        self._change(event, cursor)

    @project.register
    def _(self, event: Enterprise.Succeeded, position: int, cursor: Cursor) -> None:
        self._change(event, cursor, **({"ended_on": event.act.effective_on} if event.kind.ends else {}))

    @project.register
    def _(self, event: Enterprise.Dissolved, position: int, cursor: Cursor) -> None:
        self._change(event, cursor, ended_on=event.act.effective_on)

    @project.register
    def _(self, event: Enterprise.Renamed, position: int, cursor: Cursor) -> None:
        self._change(event, cursor, particulars=_stored(event.particulars))
        _find(event.originator_id, cursor)

    @project.register
    def _(self, event: Enterprise.Moved, position: int, cursor: Cursor) -> None:
        self._change(event, cursor, particulars=_stored(event.particulars), unit_code=event.unit_code)
        _find(event.originator_id, cursor)

    @project.register
    def _(self, event: Enterprise.LegalFormConverted, position: int, cursor: Cursor) -> None:
        form = event.legal_form
        self._change(event, cursor, legal_form=form, target_group=form.target_group)
        _find(event.originator_id, cursor)

    @project.register
    def _(self, event: Enterprise.BusinessLinesAmended, position: int, cursor: Cursor) -> None:
        cursor.execute("SELECT business_lines FROM enterprises WHERE enterprise_id = %s", (event.originator_id,))
        for (stored,) in cursor.fetchall():
            lines = changed_lines(_lines(stored), event.added, event.ended)
            self._change(event, cursor, business_lines=msgspec.json.encode(lines).decode())
            _find(event.originator_id, cursor)

    @project.register
    def _(self, event: Branches.BranchOpened, position: int, cursor: Cursor) -> None:
        branch = event.branch
        cursor.execute(
            "INSERT INTO enterprise_branches (number, enterprise_id, display_name, unit_code) VALUES (%s, %s, %s, %s)",
            (branch.number, event.enterprise_id, branch.display_name, branch.unit_code),
        )
        _find(event.enterprise_id, cursor)

    @project.register
    def _(self, event: Branches.BranchClosed, position: int, cursor: Cursor) -> None:
        cursor.execute("DELETE FROM enterprise_branches WHERE number = %s", (event.number,))
        _find(event.enterprise_id, cursor)

    @project.register
    def _(self, event: Duplicates.Merged, position: int, cursor: Cursor) -> None:
        _merge(event.merge, cursor, merged_into=event.merge.kept_id)

    @project.register
    def _(self, event: Duplicates.Separated, position: int, cursor: Cursor) -> None:
        _merge(event.merge, cursor, merged_into=None)

    def _change(self, event: Enterprise.Event, cursor: Cursor, **values: object) -> None:
        """Put values into columns of these names of the enterprise's row."""
        values["version"] = event.originator_version
        columns = ", ".join(f"{column} = %s" for column in values)
        cursor.execute(
            f"UPDATE enterprises SET {columns} WHERE enterprise_id = %s", (*values.values(), event.originator_id)
        )

    def list_enterprises(
        self,
        *,
        target_group: TargetGroup | None = None,
        legal_form: LegalForm | None = None,
        unit_code: str | None = None,
        business_line_prefix: str | None = None,
        name: str | None = None,
        after: int | None,
        limit: int,
    ) -> list[ListedEnterprise]:
        """At most ``limit`` enterprises registered after position ``after`` that fit every filter given.

        Of ``name`` every word must be in the enterprise's, the last at least as a word's beginning.
        """
        *whole, last = words_of(name) if name else [""]
        telling = [
            *(f"'{_NAME}{word}'" for word in whole if word not in _IN_MANY_NAMES),
            *([_beginning(last)] if last else []),
            *([f"'{_UNIT}{unit_code}'"] if unit_code else []),
            *([f"'{_LINE}{business_line_prefix}'"] if business_line_prefix else []),
        ]
        wanted = [
            *telling,
            *(f"'{_NAME}{word}'" for word in whole if word in _IN_MANY_NAMES),
            *([f"'{_GROUP}{target_group}'"] if target_group else []),
            *([f"'{_FORM}{legal_form}'"] if legal_form else []),
        ]
        asked = {
            "after": after or 0,
            "all": " & ".join(wanted),
            "telling": " & ".join(telling or wanted),
            "near": _ROWS_LOOKED_THROUGH,
            "limit": limit,
        }
        with self.reading() as cursor:
            if not wanted:
                cursor.execute(_ALL, asked)
                return [_listed(*row) for row in cursor]
            cursor.execute(_NEAR, asked)
            found = cursor.fetchall()
            if len(found) < limit:
                cursor.execute(_ANYWHERE, asked)
                found = cursor.fetchall()
            return [_listed(*row) for row in found]


def terms_of(
    particulars: Particulars | None, unit_code: str, legal_form: LegalForm, lines: Iterable[BusinessLine]
) -> list[str]:
    """What an enterprise is found by; a household business, whose particulars are personal, by no name."""
    named = _name_terms(particulars.display_name) if particulars else []
    return [*named, *_form_terms(legal_form), f"{_UNIT}{unit_code}", *_line_terms(lines)]


def _merge(merge: Merge, cursor: Cursor, *, merged_into: UUID | None) -> None:
    """Let the record merged away be found under the kept one, or by itself again."""
    cursor.execute("UPDATE enterprises SET merged_into = %s WHERE enterprise_id = %s", (merged_into, merge.merged_id))
    for each in (merge.merged_id, merge.kept_id):
        _find(each, cursor)


def _find(enterprise_id: UUID, cursor: Cursor) -> None:
    """Let the enterprise of a record be found, under the record that was kept, by what any of its records says, and by
    the names and units of open branches."""
    cursor.execute(_RECORDS, {"enterprise_id": enterprise_id})
    terms = set[str]()
    records = cursor.fetchall()
    for _, particulars, unit_code, legal_form, lines in records:
        terms |= set(terms_of(_particulars(particulars), unit_code, LegalForm(legal_form), _lines(lines)))
    cursor.execute(
        "SELECT display_name, unit_code FROM enterprise_branches WHERE enterprise_id = ANY (%s)",
        ([record_id for record_id, *_ in records],),
    )
    for name, unit_code in cursor.fetchall():
        terms |= {f"{_UNIT}{unit_code}", *_name_terms(name)}
    for record_id, *_ in records:
        own = [] if record_id != records[0][0] else sorted(terms)
        cursor.execute(
            "UPDATE enterprises SET terms = array_to_tsvector(%s::text[]) WHERE enterprise_id = %s", (own, record_id)
        )


def _name_terms(name: str) -> list[str]:
    """Each word of a name, and its short beginnings."""
    words = set(words_of(name))
    beginnings = {word[:length] for word in words for length in range(1, min(len(word), _LONGEST_BEGINNING) + 1)}
    return [*(f"{_NAME}{word}" for word in words), *(f"{_BEGINNING}{beginning}" for beginning in beginnings)]


def _beginning(text: str) -> str:
    """The query for words that begin so."""
    return f"'{_BEGINNING}{text}'" if len(text) <= _LONGEST_BEGINNING else f"'{_NAME}{text}':*"


def _form_terms(legal_form: LegalForm) -> list[str]:
    return [f"{_GROUP}{legal_form.target_group}", f"{_FORM}{legal_form}"]


def _line_terms(lines: Iterable[BusinessLine]) -> list[str]:
    """Each beginning of the codes of lines that have no last day."""
    codes = {line.code for line in lines if line.valid_until is None}
    return sorted({f"{_LINE}{code[:length]}" for code in codes for length in range(1, len(code) + 1)})


def _particulars(stored: str | None) -> Particulars | None:
    return msgspec.json.decode(stored, type=Particulars) if stored else None


def _lines(stored: str) -> tuple[BusinessLine, ...]:
    return msgspec.json.decode(stored, type=tuple[BusinessLine, ...])


def _stored(particulars: Particulars | None) -> str | None:
    return msgspec.json.encode(particulars).decode() if particulars else None


def words_of(name: str) -> list[str]:
    """The words of a name as searches compare them."""
    return _WORD.findall(searched(name))


def searched(name: str) -> str:
    """A name as searches compare it: without accents and case, đ as d."""
    parted = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return " ".join("".join(sign for sign in parted if not unicodedata.combining(sign)).split())


def _listed(
    position: int,
    enterprise_id: UUID,
    target_group: str,
    legal_form: str,
    identifier_kind: str,
    no_identifier_reason: str | None,
    particulars: str | None,
    unit_code: str,
    business_lines: str,
    registered_on: date,
    ended_on: date | None,
    version: int,
) -> ListedEnterprise:
    return ListedEnterprise(
        position=position,
        id=enterprise_id,
        target_group=TargetGroup(target_group),
        legal_form=LegalForm(legal_form),
        identifier_kind=IdentifierKind(identifier_kind),
        no_identifier_reason=no_identifier_reason,
        particulars=_particulars(particulars),
        unit_code=unit_code,
        business_lines=_lines(business_lines),
        registered_on=registered_on,
        ended_on=ended_on,
        version=version,
    )
