"""How long a search of enterprises takes among very many of them."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from bench.event_log.server import ask
from bench.figures import Figure, percentile
from bench.registry.registry import Registry
from services.registry.domain.registration import LegalForm, TargetGroup
from services.registry.read_models.enterprises import Enterprises
from services.shared.event_store import EventLog

SEARCHES = 400
PAGE = 51
MOST_MS = 50.0
# As common as they are in names of companies: a syllable's rank decides how often it comes.
SYLLABLES = [
    "phat", "thanh", "minh", "hoa", "binh", "an", "phu", "long", "tan", "hung", "thinh", "gia", "nam", "viet",
    "dai", "tien", "loc", "phuc", "kim", "ngoc", "anh", "dung", "quang", "vinh", "hai", "song", "hong", "xanh",
    "thien", "duc", "bao", "chau", "dong", "tay", "bac", "son", "lam", "ha", "giang", "cuu", "can", "tho", "hau",
    "soc", "trang", "nuoc", "mam", "ca", "tra", "tom", "gao", "lua", "xoai", "buoi", "nhan", "mia", "duong", "sua",
    "banh", "keo", "caphe", "muoi", "ot", "tieu", "dieu", "dua", "go", "nhua", "thep", "det", "may", "giay", "da",
    "bi", "in", "co", "khi", "dien", "xay", "lap", "van", "tai", "kho", "lanh", "che", "bien", "thuy", "nong",
    "san", "duoc", "pham", "my", "thiet", "y", "te", "giao",
]  # fmt: skip

_FILL = """
INSERT INTO enterprises (position, enterprise_id, target_group, legal_form, identifier_kind, no_identifier_reason,
    particulars, unit_code, business_lines, registered_on, version, terms)
SELECT n, gen_random_uuid(), 'ENTERPRISE', form, 'TAX_CODE', NULL,
    json_build_object('display_name', array_to_string(words, ' '), 'identifier_code', n::text, 'street', NULL)::text,
    unit, format('[{"scheme":"VSIC2018","code":"%%s","valid_from":"2019-03-04"}]', code), '2019-03-04', 1,
    array_to_tsvector(array_cat(
        ARRAY(SELECT 'n' || word FROM unnest(words) AS word
            UNION SELECT 'b' || left(word, length) FROM unnest(words) AS word, generate_series(1, 4) AS length),
        ARRAY['gENTERPRISE', 'f' || form, 'u' || unit,
            'v' || left(code, 1), 'v' || left(code, 2), 'v' || left(code, 3), 'v' || code]
    ))
FROM (
    SELECT n, (31100 + floor(random() * 103))::int::text AS unit,
        lpad((100 + floor(random() * 9800))::int::text, 4, '0') AS code,
        (ARRAY['LIMITED_COMPANY', 'LIMITED_COMPANY', 'LIMITED_COMPANY', 'JOINT_STOCK_COMPANY',
            'PRIVATE_ENTERPRISE'])[1 + floor(random() * 5)::int] AS form,
        array_cat(ARRAY['cong', 'ty', 'tnhh'], ARRAY(
            SELECT (%(syllables)s::text[])[1 + floor(power(random(), 2) * %(known)s + n * 0)::int]
            FROM generate_series(1, 4)
        ) || ('x' || (n %% 50000)::text)) AS words
    FROM generate_series(1, %(enterprises)s) AS n
) AS made
"""


def search_figures(registry: Registry, enterprises: int) -> list[Figure]:
    """Fill the view behind its feeder's back, and search it as officers do, at any page."""
    fill(registry, enterprises)
    with closing(EventLog("registry", registry.environment())) as log:
        view = Enterprises(log)
        taken = [_milliseconds(view, search) for search in searches(enterprises)]
    name = f"search {enterprises:,} enterprises by name, unit, VSIC, group (p50, p99)"
    p99 = percentile(taken, 99)
    return [
        Figure(name, (percentile(taken, 50), p99), "ms"),
        Figure("the same p99, against what is expected", p99, "ms", "expected", MOST_MS, at_most=1.0),
    ]


def fill(registry: Registry, enterprises: int) -> None:
    """So many made-up enterprises in the view; its index is built at the end, which takes a third of the time."""

    def told(statement: str, **parameters: object) -> Any:
        return ask(registry.server, registry.database, statement, **parameters)

    (index,) = told("SELECT pg_get_indexdef('enterprises_by_terms'::regclass)")
    told("DROP INDEX enterprises_by_terms")
    told(_FILL, syllables=SYLLABLES, known=len(SYLLABLES), enterprises=enterprises)
    told(f"SET maintenance_work_mem = '1GB'; {index}")
    told("VACUUM ANALYZE enterprises")


def searches(enterprises: int) -> Iterator[dict[str, Any]]:
    """Searches of every kind, common and rare, the first page or a later one; the same ones in each run."""
    chosen = random.Random(134)

    def syllable() -> str:
        return SYLLABLES[int(chosen.random() * len(SYLLABLES))]

    kinds = (
        lambda: {"name": syllable()},
        lambda: {"name": f"{syllable()} {syllable()}"},
        lambda: {"name": f"công ty {syllable()} {syllable()[:2]}"},
        lambda: {"name": f"x{chosen.randrange(50_000)}"},
        lambda: {"unit_code": str(31100 + chosen.randrange(103))},
        lambda: {"business_line_prefix": str(1000 + chosen.randrange(9000))[: chosen.randint(2, 4)]},
        lambda: {"target_group": TargetGroup.ENTERPRISE, "legal_form": LegalForm.PRIVATE_ENTERPRISE},
        lambda: {"name": syllable(), "unit_code": str(31100 + chosen.randrange(103))},
        lambda: {"name": "không có tên này"},
    )
    for number in range(SEARCHES):
        after = chosen.choice((None, chosen.randrange(enterprises)))
        yield {**kinds[number % len(kinds)](), "after": after, "limit": PAGE}


def _milliseconds(view: Enterprises, search: dict[str, Any]) -> float:
    began = time.perf_counter()
    view.list_enterprises(**search)
    return (time.perf_counter() - began) * 1000
