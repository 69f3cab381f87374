"""What the library's own test cases need to run against this persistence module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from eventsourcing.utils import Environment

from services.shared.event_store import Factory
from tests.servers import Database


class OnFreshDatabase:
    """Gives each test a database of its own, into which the owner of it may create tables."""

    @pytest.fixture(autouse=True)
    def environment(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> Environment:
        settings = {**database.owner_env, "PERSISTENCE_MODULE": "services.shared.event_store", "CREATE_TABLE": "yes"}
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        environment = Environment(env=settings)
        monkeypatch.setattr(type(self), "env", environment, raising=False)
        return environment


class WithFactory(OnFreshDatabase):
    """Gives each test a factory, closed after it."""

    @pytest.fixture(autouse=True)
    def given_factory(self, environment: Environment) -> Iterator[None]:
        self.factory = Factory(environment)
        yield
        self.factory.close()
