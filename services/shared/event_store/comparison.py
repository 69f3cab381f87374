"""A table as it is live and as it should be, compared row by row; both stand in one database."""

from __future__ import annotations

from dataclasses import dataclass

from services.shared.event_store.pool import Cursor

_ROWS_SHOWN = 5
# These types know no equality; as text they do.
_COMPARED_AS_TEXT = ("json", "xml")


@dataclass(frozen=True)
class Compared:
    """What came out for one table of a view, which has ``rows`` rows when made anew.

    ``samples`` are some of the rows that differ: ``-`` is live and should not be so, ``+`` should be and is missing.
    """

    table: str
    rows: int
    only_live: int = 0
    only_anew: int = 0
    samples: tuple[str, ...] = ()
    is_comparable: bool = True

    @property
    def is_equal(self) -> bool:
        """Whether the live table is as it should be."""
        return self.is_comparable and not self.only_live and not self.only_anew

    def __str__(self) -> str:
        if not self.is_comparable:
            return f"{self.table}: {self.rows:,} rows; the live table has other columns: nothing to compare"
        if self.is_equal:
            return f"{self.table}: {self.rows:,} rows, as they should be"
        counts = f"{self.only_live:,} rows should not be so, {self.only_anew:,} are missing"
        return "\n    ".join((f"{self.table}: {self.rows:,} rows; {counts}, such as", *self.samples))


def compare(cursor: Cursor, table: str, *, live: str, anew: str, in_full: bool) -> Compared:
    """Compare the table of schema ``live`` with that of schema ``anew``, as the cursor's transaction sees them.

    Rows are shown by their keys, because what else they hold may be about persons; with ``in_full`` as they are.
    """
    live_table, anew_table = f'"{live}".{table}', f'"{anew}".{table}'
    columns = _columns(cursor, anew_table)
    cursor.execute(f"SELECT count(*) FROM {anew_table}")
    ((rows,),) = cursor.fetchall()
    if _columns(cursor, live_table) != columns:
        return Compared(table, rows, is_comparable=False)
    selected = ", ".join(f"{name}::text" if kind in _COMPARED_AS_TEXT else name for name, kind in columns.items())
    key = ", ".join(name for name in _key(cursor, anew_table) if name in columns)
    key = f"concat_ws(' ', {key})" if key else "'(no key)'"
    shown = "row_to_json(lacking)::text" if in_full else key

    def lacking(one: str, other: str, sign: str) -> tuple[int, tuple[str, ...]]:
        """How many rows of one the other lacks, and some of them."""
        cursor.execute(
            f"SELECT count(*) OVER (), {shown} FROM"
            f" (SELECT {selected} FROM {one} EXCEPT ALL SELECT {selected} FROM {other}) AS lacking"
            f" ORDER BY 2 LIMIT {_ROWS_SHOWN}"
        )
        found = cursor.fetchall()
        return (found[0][0] if found else 0), tuple(f"{sign} {row}" for _, row in found)

    only_live, some_live = lacking(live_table, anew_table, "-")
    only_anew, some_anew = lacking(anew_table, live_table, "+")
    return Compared(table, rows, only_live, only_anew, some_live + some_anew)


def _columns(cursor: Cursor, table: str) -> dict[str, str]:
    """The types of the columns that events decide, and not the order in which rows come: no serial numbers."""
    cursor.execute(
        "SELECT quote_ident(attname), format_type(atttypid, atttypmod) FROM pg_attribute"
        " LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
        " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped AND attidentity = ''"
        " AND coalesce(pg_get_expr(adbin, adrelid), '') NOT LIKE 'nextval(%%' ORDER BY attname",
        (table,),
    )
    return dict(cursor.fetchall())


def _key(cursor: Cursor, table: str) -> list[str]:
    """The columns of the primary key, if there is one, in its order."""
    cursor.execute(
        "SELECT quote_ident(attname) FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)"
        " WHERE indrelid = to_regclass(%s) AND indisprimary ORDER BY array_position(indkey::int2[], attnum)",
        (table,),
    )
    return [name for (name,) in cursor.fetchall()]
