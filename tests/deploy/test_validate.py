"""A manifest that is wrong is refused, in whatever way it is wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.validate import DEPLOY, KubectlMissing, Resource, problems_of, rendered, standing
from tests.rules.code import PROJECT

WRONG = {
    "a field nobody knows": ("base/training.yaml", "readOnlyRootFilesystem", "readOnlyRootFilesytem"),
    "a number that is a text": ("base/training.yaml", "replicas: 1", 'replicas: "1"'),
    "a kind there is not": ("base/network.yaml", "kind: NetworkPolicy", "kind: NetworkPolice"),
    "a probe without a port": ("base/training.yaml", "startupProbe: {grpc: {port: 50053}", "startupProbe: {grpc: {}"),
    "a secret that is no text": ("secrets.example.yaml", 'password: ""', "password: 1"),
}
WRONG_WHEN_RENDERED = {
    "a database's field": ("Cluster", "dataDurability", "durability"),
    "a database's word": ("Cluster", '"method": "any"', '"method": "all"'),
    "a role's field": ("Cluster", "passwordSecret", "secret"),
    "a backup's time": ("ScheduledBackup", "0 0 18 * * *", "0 18 * * *"),
    "a store's field": ("ObjectStore", "endpointURL", "endpoint"),
    "a broker's field": ("RabbitmqCluster", "additionalConfig", "config"),
    "an autoscaler's field": ("ScaledObject", "maxReplicaCount", "maxReplicas"),
    "a trigger's field": ("ScaledObject", "queueName", "queue"),
    "a trigger's secret": ("TriggerAuthentication", "parameter", "param"),
    "a spread's field": ("Deployment", "maxSkew", "skew"),
    "a budget's field": ("PodDisruptionBudget", "maxUnavailable", "maxUnavail"),
}


@pytest.fixture
def deploy(tmp_path: Path) -> Path:
    """The manifests, to be broken."""
    for folder in ("base", "servers", "overlays"):
        shutil.copytree(PROJECT / "deploy" / folder, tmp_path / folder)
    shutil.copy(PROJECT / "deploy" / "secrets.example.yaml", tmp_path)
    return tmp_path


def break_it(file: Path, right: str, wrong: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong), encoding="utf-8")


def test_the_manifests_as_they_are_have_no_problem(overlays: list[tuple[str, Resource]]) -> None:
    assert [*problems_of(standing(DEPLOY)), *problems_of(overlays)] == []


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_in_the_base_is_refused(deploy: Path, what: str) -> None:
    file, right, wrong = WRONG[what]
    break_it(deploy / file, right, wrong)
    assert [*problems_of(each for each in standing(deploy) if each[0] == Path(file).name)]


@pytest.mark.parametrize("what", WRONG_WHEN_RENDERED)
def test_what_is_wrong_in_an_overlay_is_refused(overlays: list[tuple[str, Resource]], what: str) -> None:
    kind, right, wrong = WRONG_WHEN_RENDERED[what]
    broken = [
        json.dumps(each).replace(right, wrong)
        for _, each in overlays
        if each["kind"] == kind and right in json.dumps(each)
    ]
    assert broken
    assert len([*problems_of(("production", json.loads(each)) for each in broken)]) == len(broken)


@pytest.mark.usefixtures("overlays")
def test_an_overlay_that_cannot_be_rendered_is_refused(deploy: Path) -> None:
    shutil.rmtree(deploy / "overlays" / "development")
    break_it(deploy / "overlays" / "production" / "kustomization.yaml", "backups.yaml", "backup.yaml")
    with pytest.raises(ValueError, match="production cannot be rendered"):
        list(rendered(deploy))


def test_without_kubectl_the_overlays_are_passed_over_but_not_in_ci(
    deploy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CI", raising=False)
    assert list(rendered(deploy)) == []
    assert capsys.readouterr().out == "No kubectl: the overlays were not looked at.\n"
    monkeypatch.setenv("CI", "true")
    with pytest.raises(KubectlMissing):
        list(rendered(deploy))


def test_what_is_wrong_is_said_and_fails_the_check(deploy: Path) -> None:
    shutil.copy(PROJECT / "deploy" / "validate.py", deploy)
    shutil.copytree(PROJECT / "deploy" / "schemas", deploy / "schemas")
    shutil.rmtree(deploy / "overlays")
    (deploy / "overlays").mkdir()
    break_it(deploy / "base" / "training.yaml", "replicas: 1", "replicas: one")
    check = subprocess.run([sys.executable, deploy / "validate.py"], capture_output=True, text=True, check=False)
    assert check.returncode == 1
    assert "training.yaml: Deployment training-api: spec/replicas: " in check.stdout
