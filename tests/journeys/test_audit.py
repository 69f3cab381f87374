"""An auditor with the logs' public keys and a token of their own, against the running platform."""

from __future__ import annotations

from pathlib import Path

import pytest
from nscl.common.v1 import proof_service_pb2 as proofs
from nscl.common.v1.proof_service_pb2_grpc import ProofServiceStub

from deploy.local.platform import LOG_POLICY
from deploy.local.ports import SERVICES
from services.shared.channel import open_channel
from services.shared.transparency_log.proofs import LogProof
from tests.journeys.auditing import audit, origin_of, policy_of
from tests.journeys.conftest import Played, addresses_of
from tests.servers import RunningPlatform


@pytest.mark.usefixtures("played")
def test_the_logs_of_the_year_are_fetched_and_found_right(platform: RunningPlatform, tmp_path: Path) -> None:
    policy, addresses = policy_of(platform), addresses_of(platform)[0]
    (tmp_path / "token").write_text(platform.token("auditor", "STC"))
    doors = [f"--events={origin_of(policy, service)}={addresses[service]}" for service in SERVICES]
    for _ in range(2):  # the second time takes what is new
        status, said = audit(
            "fetch",
            tmp_path / "mirror",
            "--policy",
            platform.folder / LOG_POLICY,
            "--token",
            tmp_path / "token",
            "--roots",
            platform.endpoints["authority"],
            *doors,
        )
        assert status == 0, said
    status, said = audit("verify", tmp_path / "mirror", "--policy", platform.folder / LOG_POLICY)
    assert status == 0, said


def test_what_was_recorded_has_its_proof(played: Played, platform: RunningPlatform) -> None:
    policy, addresses = policy_of(platform), addresses_of(platform)[0]
    metadata = [("authorization", f"Bearer {platform.token('programme_officer', 'SKHCN')}")]
    for recorded in played.year.positions():
        with open_channel(addresses[recorded.service], Path(platform.endpoints["authority"])) as channel:
            request = proofs.GetTlogProofRequest(position=recorded.position)
            answer = ProofServiceStub(channel).GetTlogProof(request, timeout=10, metadata=metadata)
        origin = origin_of(policy, recorded.service)
        proof = LogProof.parse(answer.tlog_proof.encode())
        assert proof.index == recorded.position - 1
        proof.check(answer.entry.encode(), origin, policy.keys_of(origin))
