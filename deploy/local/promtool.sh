#!/usr/bin/env bash
# Runs Prometheus's promtool, from Debian's package unpacked beside us where the machine has none: nothing is installed.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=.run/promtool

may_update() { [[ $(id -u) == 0 ]] || sudo --non-interactive true 2>/dev/null; }

as_root() { if [[ $(id -u) == 0 ]]; then "$@"; else sudo --non-interactive "$@"; fi; }

fetch() {
    local draft
    draft=$(mktemp --directory "$folder.XXXXXX")
    trap 'rm --recursive --force "$draft"' EXIT
    (cd "$draft" && apt-get -qq download prometheus) 2>/dev/null \
        || { may_update && as_root apt-get -qq update && (cd "$draft" && apt-get -qq download prometheus) 2>/dev/null; }
    dpkg-deb --extract "$draft"/prometheus_*.deb "$draft"
    mkdir --parents "$folder"
    mv "$draft/usr/bin/promtool" "$folder/promtool"
}

promtool=$(command -v promtool || true)
if [[ -z $promtool ]]; then
    mkdir --parents .run
    [[ -x $folder/promtool ]] || fetch || {
        echo "promtool is missing and cannot be fetched: install Debian's package prometheus, or name a mirror to apt." >&2
        exit 1
    }
    promtool=$folder/promtool
fi
exec "$promtool" "$@"
