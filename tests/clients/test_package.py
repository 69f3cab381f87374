"""What the package asks for is what the stubs in it can be used with."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.rules.code import PROJECT

STUBS = PROJECT / "generated" / "nscl" / "training" / "v1"
ASKED = tomllib.loads((PROJECT / "clients" / "python" / "pyproject.toml").read_text())["project"]["dependencies"]


@pytest.mark.parametrize(
    ("package", "stub", "says"),
    [
        ("grpcio", "training_service_pb2_grpc.py", r"GRPC_GENERATED_VERSION = '([\d.]+)'"),
        ("protobuf", "training_service_pb2.py", r"Protobuf Python Version: ([\d.]+)"),
    ],
)
def test_no_release_is_asked_for_that_the_stubs_refuse(package: str, stub: str, says: str) -> None:
    [needed] = re.findall(says, (STUBS / stub).read_text())
    [asked] = [dependency for dependency in ASKED if dependency.startswith(package)]
    assert asked.partition(">=")[2].partition(",")[0] == needed
