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
from uuid import uuid4

import psycopg2
import pytest
from nscl.registry.v1 import enterprise_service_pb2 as messages
from nscl.registry.v1.data_subject_service_pb2_grpc import DataSubjectServiceStub
from nscl.registry.v1.enterprise_service_pb2_grpc import EnterpriseServiceStub
from nscl.registry.v1.registry_service_pb2 import ListEnterprisesRequest
from nscl.training.v1.data_subject_service_pb2_grpc import DataSubjectServiceStub as TrainedSubjectServiceStub
from nscl.training.v1.training_resources_pb2 import AUDIENCE_STUDENT

from deploy.local.platform import LOG_POLICY
from deploy.local.ports import SERVICES
from programme.people import ADMINISTRATOR, DIRECTOR, OFFICER, TRAINER
from services.shared.channel import open_channel
from services.shared.personal_data import ERASED
from tests.journeys.auditing import audit
from tests.journeys.conftest import Played, fetched
from tests.registry.api.data_subject_requests import adopt_erasure_rule, request_erasure
from tests.registry.api.requests import day, register_household
from tests.registry.api.test_enterprise_door import erase_person, record_person
from tests.servers import RunningPlatform
from tests.training.api import data_subject_requests as trained_requests
from tests.training.api.requests import record_attendance, schedule_course

ATTENDEE = "Học viên Mẫu 1"
TRAINEE = "Thái Thị Tuyết Sương"
OWNER, BORN_TO = "Quách Thị Thủy Tiên", "092185004711"
STALLHOLDER, STALL, STREET = "Cơ sở Ông Lữ Hòa Nhã", "092071003377", "7 Hẻm Cây Điệp"
COMPANY = "Sóng Biếc"
"""The name of a company is no personal data; that it is found shows that words are."""


@dataclass(frozen=True)
class Known:
    """A person whom a service was told of, and the key under which it keeps what it was told."""

    service: str
    person_id: str
    key: bytes

    @classmethod
    def of(cls, platform: RunningPlatform, service: str, person_id: str) -> Known:
        """The person as the service's database has them."""
        with closing(psycopg2.connect(database_of(platform, service))) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT key FROM subject_keys WHERE subject_id = %s", (person_id,))
            [(key,)] = cursor.fetchall()
        return cls(service, person_id, bytes(key))

    def key_in(self, kept: Iterator[tuple[str, bytes]]) -> set[str]:
        """The places among what is kept where the key lies."""
        return {place for _, place in places_of({"key": {self.key, self.key.hex().encode()}}, kept)}


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


PERSONAL = {word: written(word) for word in (ATTENDEE, TRAINEE, OWNER, BORN_TO, STALLHOLDER, STALL, STREET)}


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
def door(platform: RunningPlatform, service: str, stub: Any) -> Iterator[Any]:
    address = platform.endpoints["services"][service]["grpc"]
    with open_channel(address, Path(platform.endpoints["authority"])) as channel:
        yield stub(channel)


@pytest.fixture(scope="module")
def owner(played: Played, platform: RunningPlatform) -> Known:
    """A household business and a person behind an enterprise, told of at the registry's door."""
    doors = played.doors
    household = register_household(display_name=STALLHOLDER)
    household.identifier.code, household.address.street = STALL, STREET
    doors.ask(OFFICER, doors.registry.RegisterEnterprise, household)
    listed = doors.ask(OFFICER, doors.registry.ListEnterprises, ListEnterprisesRequest(name=COMPANY))
    [company] = listed.enterprises
    with door(platform, "registry", EnterpriseServiceStub) as stub:
        once = {"valid_from": day(2015, 1, 1), "valid_until": day(2017, 6, 30)}
        told = record_person(enterprise_id=company.enterprise_id, name=OWNER, personal_id=BORN_TO, **once)
        answer = doors.ask(OFFICER, stub.RecordPerson, told)
    return Known.of(platform, "registry", answer.affiliation.links[-1].from_id)


@pytest.fixture(scope="module")
def trainee(played: Played, platform: RunningPlatform) -> Known:
    """Somebody who attended a course long ago; no indicator counts them."""
    doors, attended_on = played.doors, day(2017, 6, 29)
    planned = schedule_course(starts_on=attended_on, ends_on=attended_on)
    course_id = doors.ask(TRAINER, doors.training.ScheduleCourse, planned).course.course_id
    attended = record_attendance(
        course_id,
        attendee_id=str(uuid4()),
        attendee_name=TRAINEE,
        audience=AUDIENCE_STUDENT,
        enterprise_id="",
        session_on=attended_on,
    )
    doors.ask(TRAINER, doors.training.RecordAttendance, attended)
    return Known.of(platform, "training", attended.attendee_id)


@pytest.mark.usefixtures("owner", "trainee")
def test_nothing_that_is_told_of_a_person_lies_in_clear(platform: RunningPlatform, tmp_path: Path) -> None:
    kept = list(everything(platform, publish(platform, tmp_path)))
    assert places_of(PERSONAL, iter(kept)) == set()
    found = {place for _, place in places_of({COMPANY: written(COMPANY)}, iter(kept))}
    assert {"registry: registry_events", "registry: enterprises"} <= found
    assert any(place.startswith("published: ") for place in found)


def erase_owner(played: Played, platform: RunningPlatform, owner: Known) -> None:
    with door(platform, "registry", DataSubjectServiceStub) as stub:
        played.doors.ask(ADMINISTRATOR, stub.AdoptErasureRule, adopt_erasure_rule())
        played.doors.ask(OFFICER, stub.RequestErasure, request_erasure(subject_id=owner.person_id))
    with door(platform, "registry", EnterpriseServiceStub) as stub:
        played.doors.ask(DIRECTOR, stub.ErasePerson, erase_person(person_id=owner.person_id))
        person = played.doors.ask(OFFICER, stub.GetPerson, messages.GetPersonRequest(person_id=owner.person_id)).person
    assert (person.name, person.personal_id, person.birth_year) == (ERASED, "", 0)


def erase_trainee(played: Played, platform: RunningPlatform, trainee: Known) -> None:
    whose = {"subject_id": trainee.person_id}
    with door(platform, "training", TrainedSubjectServiceStub) as stub:
        played.doors.ask(ADMINISTRATOR, stub.AdoptErasureRule, trained_requests.adopt_erasure_rule())
        played.doors.ask(TRAINER, stub.RequestErasure, trained_requests.request_erasure(**whose))
        erased = played.doors.ask(DIRECTOR, stub.ErasePerson, trained_requests.erase_person(**whose))
    assert erased.data_subject.HasField("erased_on")


def test_who_was_erased_cannot_be_brought_back(
    played: Played, owner: Known, trainee: Known, platform: RunningPlatform, tmp_path: Path
) -> None:
    before = list(everything(platform, publish(platform, tmp_path / "before")))
    for person in (owner, trainee):
        assert person.key_in(iter(before)) == {f"{person.service}: subject_keys"}
    erase_owner(played, platform, owner)
    erase_trainee(played, platform, trainee)
    published = publish(platform, tmp_path / "after")
    after = list(everything(platform, published))
    assert places_of(PERSONAL, iter(after)) == set()
    for person in (owner, trainee):
        assert person.key_in(iter(after)) == set()
    status, said = audit("verify", published / "mirror", "--policy", platform.folder / LOG_POLICY)
    assert status == 0, said
