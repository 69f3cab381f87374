#!/usr/bin/env bash
# Has checkov look through the image and every overlay as it is rendered, in an environment of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
own=.run/checkov

if ! command -v kubectl >/dev/null; then
    echo "No kubectl: checkov was not run."
    exit
fi
if [[ ! -e $own/.ready || requirements/checkov.txt -nt $own/.ready ]]; then
    .venv/bin/python -m venv --clear --without-pip "$own"
    .venv/bin/python -m pip --python "$own/bin/python" install --disable-pip-version-check --quiet \
        --requirement requirements/checkov.txt
    touch "$own/.ready"
fi
rm -rf "$own/rendered"
mkdir "$own/rendered"
cp Containerfile "$own/rendered/Dockerfile" # the name it is known by there
for overlay in deploy/overlays/*; do
    kubectl kustomize "$overlay" >"$own/rendered/$(basename "$overlay").yaml"
done
"$own/bin/checkov" --config-file deploy/checkov.yaml --directory "$own/rendered"
touch "$own/.passed"
