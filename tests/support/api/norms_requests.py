"""One good request for each thing that may be asked of norms, with every field it can have."""

from __future__ import annotations

from datetime import date
from typing import Any

from google.protobuf.message import Message
from nscl.support.v1 import norm_resources_pb2 as norm_resources
from nscl.support.v1 import norms_service_pb2 as messages
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1 import support_service_pb2

from services.shared.wire import date_message, filled
from tests.support.api import requests
from tests.support.api.requests import SOMETHING, bent
from tests.support.examples import LEADER, OFFICER, SIZE_TABLE, SMALL_IN_2023, SYSTEMS_QUOTA, Person

SIZE = filled(norm_resources.SizeEvidence, SMALL_IN_2023)


def propose_norms(catalogue_id: str = SOMETHING, **changes: Any) -> support_service_pb2.ProposeNormsRequest:
    """The second version of the sample set, with a table by size and a quota."""
    later = {
        "norms_version": 2,
        "supersedes_version": 1,
        "norms": [filled(resources.Norm, SIZE_TABLE)],
        "limits": [filled(norm_resources.YearlyLimit, SYSTEMS_QUOTA)],
    }
    return requests.propose_norms(catalogue_id, **{**later, **changes})


def end_norms(norms_id: str = SOMETHING, **changes: Any) -> messages.EndNormsRequest:
    good = {"norms_id": norms_id, "last_day": date_message(date(2024, 9, 30))}
    return bent(messages.EndNormsRequest, good, changes, "15/QĐ-UBND")


COMMANDS: dict[str, tuple[Person, Message]] = {"EndNorms": (LEADER, end_norms())}
LISTS: dict[str, tuple[Person, Message]] = {
    "ListNorms": (OFFICER, messages.ListNormsRequest(code="SAMPLE-2024", in_force_on=date_message(date(2024, 6, 28))))
}
