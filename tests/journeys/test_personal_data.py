"""What is told of persons lies nowhere in clear, and once a person was erased, nowhere at all."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg2
import pytest
from nscl.registry.v1 import enterprise_service_pb2 as messages
from nscl.registry.v1.data_subject_service_pb2_grpc import DataSubjectServiceStub
from nscl.registry.v1.enterprise_service_pb2_grpc import EnterpriseServiceStub
from nscl.registry.v1.registry_service_pb2 import ListEnterprisesRequest

from deploy.local.platform import LOG_POLICY
from deploy.local.ports import SERVICES
from programme.people import ADMINISTRATOR, DIRECTOR, OFFICER
from services.shared.channel import open_channel
from services.shared.personal_data import ERASED
from tests.journeys.auditing import audit
from tests.journeys.conftest import Played, fetched
from tests.registry.api.data_subject_requests import adopt_erasure_rule, request_erasure
from tests.registry.api.requests import day, register_household
from tests.registry.api.test_enterprise_door import erase_person, record_person
from tests.servers import RunningPlatform

ATTENDEE = "Học viên Mẫu 1"
OWNER, BORN_TO = "Quách Thị Thủy Tiên", "092185004711"
STALLHOLDER, STALL, STREET = "Cơ sở Ông Lữ Hòa Nhã", "092071003377", "7 Hẻm Cây Điệp"
COMPANY = "Sóng Biếc"
"""The name of a company is no personal data; that it is found shows that words are."""


@dataclass(frozen=True)
class Known:
    """The person whom the registry was told of, and the key under which it keeps what it was told."""

    person_id: str
    key: bytes


def database_of(platform: RunningPlatform, service: str) -> str:
    return str(platform.endpoints["services"][service]["postgres"])


def rows(dsn: str) -> Iterator[tuple[str, bytes]]:
    """Every table of a database as a dump would hold it: text and bytes as they are, whatever the server compresses."""
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname !~ '^pg_|^information_schema$'")
        for schema, table in cursor.fetchall():
            copied = io.BytesIO()
            cursor.copy_expert(f'COPY (SELECT * FROM "{schema}"."{table}") TO STDOUT (FORMAT binary)', copied)
            yield table, copied.getvalue()


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, those in archives too."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        yield str(path.relative_to(folder)), content
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                yield from ((name, archive.read(name)) for name in archive.namelist())


def pages(platform: RunningPlatform) -> Iterator[tuple[str, bytes]]:
    """What is served over HTTP beside the tiles, which a mirror holds."""
    for service, addresses in platform.endpoints["services"].items():
        for name in ("api_metrics", "bus_metrics", "bus_ready"):
            with urlopen(addresses[name], timeout=10) as answer:
                yield f"{service} {name}", answer.read()


def everything(platform: RunningPlatform, published: Path) -> Iterator[tuple[str, bytes]]:
    """All that the platform keeps, writes down, sends and publishes, but the servers' own files."""
    for service in SERVICES:
        yield from ((f"{service}: {table}", content) for table, content in rows(database_of(platform, service)))
    yield from ((f"log: {name}", content) for name, content in files(Path(platform.endpoints["logs"])))
    yield from ((f"queues: {name}", content) for name, content in files(platform.folder / "rabbitmq" / "mnesia"))
    yield from ((f"published: {name}", content) for name, content in files(published))
    yield from pages(platform)


def written(word: str) -> set[bytes]:
    """The ways in which a word may lie in bytes."""
    forms = {unicodedata.normalize(form, word) for form in ("NFC", "NFD")}
    escaped = {form.encode("ascii", "backslashreplace").decode() for form in forms}
    return {form.encode(coding) for form in forms for coding in ("utf-8", "utf-16-le")} | {
        each.encode() for each in escaped
    }


PERSONAL = {word: written(word) for word in (ATTENDEE, OWNER, BORN_TO, STALLHOLDER, STALL, STREET)}


def places_of(hidden: dict[str, set[bytes]], kept: Iterator[tuple[str, bytes]]) -> set[tuple[str, str]]:
    """Where something hidden lies, as (what, place)."""
    return {
        (what, place)
        for place, content in kept
        for what, forms in hidden.items()
        if any(form in content for form in forms)
    }


def publish(platform: RunningPlatform, folder: Path) -> Path:
    """What an auditor holds: the mirror of all logs and a bundle of it."""
    folder.mkdir(exist_ok=True)
    mirror = fetched(platform, folder)
    status, said = audit("export", mirror, folder / "all.zip")
    assert status == 0, said
    return folder


@contextmanager
def door(platform: RunningPlatform, stub: Any) -> Iterator[Any]:
    address = platform.endpoints["services"]["registry"]["grpc"]
    with open_channel(address, Path(platform.endpoints["authority"])) as channel:
        yield stub(channel)


@pytest.fixture(scope="module")
def known(played: Played, platform: RunningPlatform) -> Known:
    """A household business and a person behind an enterprise, told of at the registry's door."""
    doors = played.doors
    household = register_household(display_name=STALLHOLDER)
    household.identifier.code, household.address.street = STALL, STREET
    doors.ask(OFFICER, doors.registry.RegisterEnterprise, household)
    listed = doors.ask(OFFICER, doors.registry.ListEnterprises, ListEnterprisesRequest(name=COMPANY))
    [company] = listed.enterprises
    with open_channel(
        platform.endpoints["services"]["registry"]["grpc"], Path(platform.endpoints["authority"])
    ) as door:
        once = {"valid_from": day(2015, 1, 1), "valid_until": day(2017, 6, 30)}
        told = record_person(enterprise_id=company.enterprise_id, name=OWNER, personal_id=BORN_TO, **once)
        answer = doors.ask(OFFICER, EnterpriseServiceStub(door).RecordPerson, told)
    person_id = answer.affiliation.links[-1].from_id
    with closing(psycopg2.connect(database_of(platform, "registry"))) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT key FROM subject_keys WHERE subject_id = %s", (person_id,))
        [(key,)] = cursor.fetchall()
    return Known(person_id, bytes(key))


@pytest.mark.usefixtures("known")
def test_nothing_that_is_told_of_a_person_lies_in_clear(platform: RunningPlatform, tmp_path: Path) -> None:
    kept = list(everything(platform, publish(platform, tmp_path)))
    assert places_of(PERSONAL, iter(kept)) == set()
    found = {place for _, place in places_of({COMPANY: written(COMPANY)}, iter(kept))}
    assert {"registry: registry_events", "registry: enterprises"} <= found
    assert any(place.startswith("published: ") for place in found)


def test_who_was_erased_cannot_be_brought_back(
    played: Played, known: Known, platform: RunningPlatform, tmp_path: Path
) -> None:
    key = {"the key": {known.key, known.key.hex().encode()}}
    before = everything(platform, publish(platform, tmp_path / "before"))
    assert places_of(key, before) == {("the key", "registry: subject_keys")}
    with door(platform, DataSubjectServiceStub) as stub:
        played.doors.ask(ADMINISTRATOR, stub.AdoptErasureRule, adopt_erasure_rule())
        played.doors.ask(OFFICER, stub.RequestErasure, request_erasure(subject_id=known.person_id))
    with door(platform, EnterpriseServiceStub) as stub:
        played.doors.ask(DIRECTOR, stub.ErasePerson, erase_person(person_id=known.person_id))
        person = played.doors.ask(OFFICER, stub.GetPerson, messages.GetPersonRequest(person_id=known.person_id)).person
    assert (person.name, person.personal_id, person.birth_year) == (ERASED, "", 0)
    published = publish(platform, tmp_path / "after")
    assert places_of(key | PERSONAL, everything(platform, published)) == set()
    status, said = audit("verify", published / "mirror", "--policy", platform.folder / LOG_POLICY)
    assert status == 0, said
