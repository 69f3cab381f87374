"""An overlay with the component ``deploy/traces``: its doors and buses are told of the collector, and reach it."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest

from deploy.local.ports import SERVICES
from deploy.validate import DEPLOY, Resource, problems_of, rendered

OVERLAY = """
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [{deploy}/base]
components: [{deploy}/traces]
"""


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Resource]]:
    """What such an overlay holds."""
    if not shutil.which("kubectl"):
        pytest.skip("kubectl, which renders the overlay, is not here")
    folder = tmp_path_factory.mktemp("deploy").resolve()
    overlay = folder / "overlays" / "traced"
    overlay.mkdir(parents=True)
    overlay_text = OVERLAY.format(deploy=os.path.relpath(DEPLOY, overlay))
    (overlay / "kustomization.yaml").write_text(overlay_text, encoding="utf-8")
    return list(rendered(folder))


def named(traced: list[tuple[str, Resource]], kind: str) -> dict[str, Any]:
    return {each["metadata"]["name"]: each for _, each in traced if each["kind"] == kind}


def test_every_door_and_bus_is_told_of_the_collector_and_believes_it_by_a_file_it_has(
    traced: list[tuple[str, Resource]],
) -> None:
    deployments = named(traced, "Deployment")
    assert deployments.keys() == {f"{service}-{room}" for service in SERVICES for room in ("api", "bus")}
    for deployment in deployments.values():
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        told = {each["name"]: each.get("value") for each in container["env"]}
        believed = told.pop("OTEL_EXPORTER_OTLP_CERTIFICATE")
        assert told.pop("OTEL_EXPORTER_OTLP_ENDPOINT") == "https://collector.traces:4318"
        assert believed in told.values()


def test_the_policy_lets_out_whoever_traces(traced: list[tuple[str, Resource]]) -> None:
    policy = named(traced, "NetworkPolicy")["traces"]["spec"]
    (component,) = policy["podSelector"]["matchExpressions"]
    for deployment in named(traced, "Deployment").values():
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        assert labels.items() >= policy["podSelector"]["matchLabels"].items()
        assert labels[component["key"]] in component["values"]
    assert "ingress" not in policy


def test_it_is_as_kubernetes_has_it(traced: list[tuple[str, Resource]]) -> None:
    assert list(problems_of(traced)) == []
