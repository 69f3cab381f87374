"""Looks the manifests through as a cluster would, and more strictly: a field nobody knows is an error.

    python -m deploy.validate

The base as it stands, and each overlay as kubectl renders it; where kubectl is missing it says so, and fails in CI.
Kubernetes' own resources are held to its published schemas, the operators' to those in ``deploy/schemas``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import kubernetes_validate
import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

DEPLOY = Path(__file__).parent
OLDEST_KUBERNETES = "1.32"
"""The oldest version the manifests are meant for."""

Resource: TypeAlias = dict[str, Any]


class KubectlMissing(RuntimeError):
    """The overlays cannot be rendered, and nobody may say that they were looked at."""


def main() -> int:
    """Print what is wrong, one line each; the exit status."""
    problems = [*problems_of(standing(DEPLOY)), *problems_of(rendered(DEPLOY))]
    print(*problems, sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


def standing(folder: Path) -> Iterator[tuple[str, Resource]]:
    """The resources of the base as they are written, each with the name of its file."""
    for file in [*sorted((folder / "base").glob("*.yaml")), folder / "secrets.example.yaml"]:
        if file.name != "kustomization.yaml":
            yield from ((file.name, each) for each in yaml.safe_load_all(file.read_text(encoding="utf-8")))


def rendered(folder: Path) -> Iterator[tuple[str, Resource]]:
    """The resources of each overlay, each with the overlay's name; without kubectl none, and KubectlMissing in CI."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        if os.environ.get("CI"):
            raise KubectlMissing("kubectl is needed to render the overlays")
        print("No kubectl: the overlays were not looked at.")
        return
    for overlay in sorted(path for path in (folder / "overlays").iterdir() if path.is_dir()):
        made = subprocess.run([kubectl, "kustomize", overlay], capture_output=True, text=True, check=False)
        if made.returncode:
            raise ValueError(f"{overlay.name} cannot be rendered: {made.stderr.strip()}")
        yield from ((overlay.name, each) for each in yaml.safe_load_all(made.stdout))


def problems_of(resources: Iterable[tuple[str, Resource]]) -> Iterator[str]:
    """What is wrong with each resource, in one line that names it."""
    for origin, resource in resources:
        problem = problem_of(resource)
        if problem is not None:
            where = "/".join(str(step) for step in problem.absolute_path)
            yield f"{origin}: {resource['kind']} {resource['metadata']['name']}: {where}: {problem.message}"


def problem_of(resource: Resource) -> ValidationError | None:
    """The first thing wrong with a resource, if any; one of a kind nobody has a schema for is wrong."""
    schema = _schema(resource["apiVersion"], resource["kind"])
    if schema is not None:
        wrong: ValidationError | None = best_match(schema.iter_errors(resource))
        return wrong
    try:
        kubernetes_validate.validate(resource, OLDEST_KUBERNETES, strict=True)
    except ValidationError as refusal:
        return refusal
    except kubernetes_validate.SchemaNotFoundError as unknown:
        return ValidationError(unknown.message)
    return None


@cache
def _schema(api_version: str, kind: str) -> Draft202012Validator | None:
    """The pinned schema of an operator's resource; None for Kubernetes' own."""
    file = DEPLOY / "schemas" / api_version.replace("/", "-") / f"{kind}.yaml"
    if not file.exists():
        return None
    return Draft202012Validator(yaml.safe_load(file.read_text(encoding="utf-8")))


if __name__ == "__main__":
    sys.exit(main())
