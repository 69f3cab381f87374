#!/usr/bin/env bash
# Builds the wheel of the client package, with the stubs in it, in the folder named, .run/client where none is.
set -euo pipefail
cd "$(dirname "$0")/../.."
wheels=${1:-.run/client}
mkdir -p "$wheels"
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
cp -r LICENSE clients/python/{pyproject.toml,README.md,src} "$build"
cp -r generated/nscl "$build/src/nscl"
find "$build" -name __pycache__ -prune -exec rm -rf {} +
touch "$build/src/nscl/py.typed"
.venv/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-index --no-build-isolation \
    --wheel-dir "$wheels" "$build"
ls "$wheels"/nscl_client-*.whl
