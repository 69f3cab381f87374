"""What tests of the manifests share: every overlay rendered once."""

from __future__ import annotations

import shutil

import pytest

from deploy.validate import DEPLOY, Resource, rendered


@pytest.fixture(scope="session")
def overlays() -> list[tuple[str, Resource]]:
    """The resources of the overlays, each with its overlay's name."""
    if not shutil.which("kubectl"):
        pytest.skip("kubectl, which renders the overlays, is not here")
    return list(rendered(DEPLOY))
