"""The library's published test cases for applications, unmodified, against this module."""

from __future__ import annotations

from eventsourcing.tests import application
from eventsourcing.utils import get_topic

from services.shared.event_store import Factory
from tests.shared.event_store.library import OnFreshDatabase


class TestExampleApplication(OnFreshDatabase, application.ExampleApplicationTestCase):
    expected_factory_topic = get_topic(Factory)


class TestApplication(OnFreshDatabase, application.ApplicationTestCase):
    pass
