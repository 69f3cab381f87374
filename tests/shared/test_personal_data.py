from __future__ import annotations

import base64
from collections.abc import Iterator
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag

from services.shared.event_store import EventLog, migrate
from services.shared.personal_data import ERASED, Sealed, SubjectErased, SubjectKeys, keyed_digest
from tests.servers import Database

NAME = "Nguyễn Thị Ánh"


@pytest.fixture(scope="module")
def keys(module_database: Database) -> Iterator[SubjectKeys]:
    migrate(module_database.dsn_owner, "people", module_database.service.name, [SubjectKeys])
    with EventLog("people", module_database.service_env) as log:
        yield SubjectKeys(log.pool)


def test_what_was_sealed_can_be_opened(keys: SubjectKeys) -> None:
    subject_id = uuid4()
    sealed = keys.seal(subject_id, NAME)
    assert keys.open(subject_id, sealed) == NAME
    assert keys.open(subject_id, keys.seal(subject_id, "")) == ""


def test_sealed_text_shows_nothing_and_never_repeats(keys: SubjectKeys) -> None:
    subject_id = uuid4()
    first, second = keys.seal(subject_id, NAME), keys.seal(subject_id, NAME)
    assert first != second
    assert NAME.encode() not in base64.b64decode(first.text)


def test_an_erased_person_cannot_be_read_again(keys: SubjectKeys) -> None:
    subject_id, other_id = uuid4(), uuid4()
    sealed, others = keys.seal(subject_id, NAME), keys.seal(other_id, NAME)
    keys.erase(subject_id)
    keys.erase(subject_id)
    assert keys.open(subject_id, sealed) == ERASED
    assert keys.open(other_id, others) == NAME


def test_many_are_opened_in_their_order_each_with_their_own_key(keys: SubjectKeys) -> None:
    erased_id, *others = (uuid4() for _ in range(4))
    sealed = [(subject_id, keys.seal(subject_id, f"{NAME} {number}")) for number, subject_id in enumerate(others)]
    gone = (erased_id, keys.seal(erased_id, NAME))
    keys.erase(erased_id)
    assert keys.open_all([*sealed, gone, sealed[0]]) == [f"{NAME} 0", f"{NAME} 1", f"{NAME} 2", ERASED, f"{NAME} 0"]
    assert keys.open_all([]) == []


def test_an_erased_person_is_not_sealed_anew(keys: SubjectKeys) -> None:
    subject_id = uuid4()
    keys.erase(subject_id)
    with pytest.raises(SubjectErased):
        keys.seal(subject_id, NAME)


def test_nobody_else_can_open_it(keys: SubjectKeys) -> None:
    subject_id, other_id = uuid4(), uuid4()
    sealed = keys.seal(subject_id, NAME)
    assert keys.open(other_id, sealed) == ERASED  # nobody has heard of them
    keys.seal(other_id, NAME)
    with pytest.raises(InvalidTag):
        keys.open(other_id, sealed)


def test_an_altered_text_is_noticed(keys: SubjectKeys) -> None:
    subject_id = uuid4()
    raw = bytearray(base64.b64decode(keys.seal(subject_id, NAME).text))
    raw[-1] ^= 1
    with pytest.raises(InvalidTag):
        keys.open(subject_id, Sealed(base64.b64encode(raw).decode()))
    raw[0] = 9
    with pytest.raises(ValueError, match="form"):
        keys.open(subject_id, Sealed(base64.b64encode(raw).decode()))


def test_a_keyed_digest_finds_the_same_identifier_again() -> None:
    digest = keyed_digest(b"secret", "048099001234")
    assert keyed_digest(b"secret", "048099001234") == digest
    assert keyed_digest(b"another", "048099001234") != digest
    assert keyed_digest(b"secret", "048099001235") != digest
    assert keyed_digest(b"secret", "e\u0301") == keyed_digest(b"secret", "é")
