"""What the registry once announced, in every form that was ever released, is still heard here, and heard once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.shared.bus.announcements import Announcement
from services.shared.bus.consumers import UnknownAnnouncement
from services.shared.bus.stream import Page, Parked, Stream
from services.shared.event_store import ViewFeeder
from services.support.application.late_facts import LateFacts
from services.support.application.log import SupportLog
from services.support.bus.consumers import RegistryListener
from services.support.read_models.claims import ClaimList
from tests.saved_announcements.samples import samples

SAMPLES = {sample.name: sample for sample in samples() if sample.announcement.service == "registry"}
LATER_FIELD = b"\xba\x3e\x05later"  # field 999, text of five bytes


def hear(log: SupportLog, announcement: Announcement, name: str) -> Stream:
    """A new inbox, of an owner who had nothing to tell before the announcement at hand."""

    def nothing_before(_position: int) -> Page:
        return Page((), read_to=announcement.previous_position, head=announcement.position)

    listener = RegistryListener(LateFacts(log, ClaimList(log)))
    stream = Stream(f"support_{name}", listener, log.pool, log.factory.tables, tries=1)
    stream.start()
    stream.take_in([announcement], nothing_before)
    return stream


@pytest.mark.parametrize("name", SAMPLES)
def test_a_saved_announcement_is_heard_and_concerns_nobody_who_was_not_decided_on(
    name: str,
    log: SupportLog,
    fed_views: ViewFeeder,  # noqa: ARG001 - claims are found by a view
) -> None:
    announcement, head = SAMPLES[name].announcement, log.head()
    for _ in range(2):
        assert hear(log, announcement, name).place == announcement.position
    later = replace(announcement, position=announcement.position + 1, data=announcement.data + LATER_FIELD)
    assert hear(log, later, name).place == later.position
    assert log.head() == head


def test_a_newer_version_of_an_announcement_stops_the_stream(log: SupportLog) -> None:
    announcement = next(iter(SAMPLES.values())).announcement
    newer = replace(announcement, type=announcement.type.replace(".v1.", ".v2."))
    with pytest.raises(Parked, match="does not know") as parked:
        hear(log, newer, "newer")
    assert isinstance(parked.value.__cause__, UnknownAnnouncement)
