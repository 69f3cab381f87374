#!/usr/bin/env bash
# Makes .venv with the pinned dependencies, once: a second call returns at once, two at a time wait for each other.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${PYTHON:-python3}
ready=.venv/.ready

say() { printf '%s\n' "$*" >&2; }

up_to_date() {
    [[ -e $ready && ! requirements/development.txt -nt $ready ]] && .venv/bin/python -c '' 2>/dev/null
}

may_install() { [[ $(id -u) == 0 ]] || sudo --non-interactive true 2>/dev/null; }

as_root() { if [[ $(id -u) == 0 ]]; then "$@"; else sudo --non-interactive "$@"; fi; }

require_python() {
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        say "Python 3.11 or later is needed; '$python' is not one. Name one with PYTHON=…, such as make setup PYTHON=python3.12."
        exit 1
    fi
}

make_environment() {
    if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        "$python" -m venv --clear .venv
    elif command -v virtualenv >/dev/null; then
        virtualenv --quiet --clear --python "$python" .venv
    elif command -v apt-get >/dev/null && may_install; then
        say "Installing python3-venv …"
        as_root env DEBIAN_FRONTEND=noninteractive sh -c \
            'apt-get -qq update && apt-get -qq install --yes --no-install-recommends python3-venv' >/dev/null
        "$python" -m venv --clear .venv
    else
        say "Python's venv module is missing: install Debian's package python3-venv (apt-get install python3-venv)."
        exit 1
    fi
}

mkdir -p .run
exec 9>.run/setup.lock
flock 9
up_to_date && exit
require_python
.venv/bin/python -m pip --version >/dev/null 2>&1 || make_environment
say "Installing the pinned dependencies into .venv …"
.venv/bin/python -m pip install --disable-pip-version-check --quiet --requirement requirements/development.txt
touch "$ready"
