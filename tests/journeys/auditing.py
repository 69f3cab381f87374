"""The auditors' tool as the journeys run it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from deploy.local.environment import common_environment
from deploy.local.platform import LOG_POLICY, PROJECT
from services.shared.transparency_log.policy import Policy
from tests.servers import RunningPlatform


def audit(*arguments: str | Path) -> tuple[int, str]:
    """What the auditors' tool ends with, and says."""
    command = [sys.executable, "-m", "services.audit", *map(str, arguments)]
    environment = common_environment(os.environ, PROJECT)
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    return ended.returncode, ended.stdout + ended.stderr


def policy_of(platform: RunningPlatform) -> Policy:
    return Policy.parse((platform.folder / LOG_POLICY).read_text(encoding="utf-8"))


def origin_of(policy: Policy, service: str) -> str:
    return next(origin for origin in policy.origins if origin.endswith(f"/{service}"))
