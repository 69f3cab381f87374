#!/usr/bin/env bash
# Makes the Python stubs of proto/ in generated/, whole or not at all, and the descriptor set that buf lints.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p .run generated
exec 9>.run/stubs.lock
flock 9
new=generated/.new
rm -rf "$new"
mkdir "$new"
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
mapfile -t sources < <(cd proto && find nscl -name '*.proto' | sort)
.venv/bin/python -m grpc_tools.protoc --proto_path=proto --proto_path="$site" \
    --plugin=protoc-gen-mypy=.venv/bin/protoc-gen-mypy \
    --plugin=protoc-gen-mypy_grpc=.venv/bin/protoc-gen-mypy_grpc \
    --python_out="$new" --grpc_python_out="$new" --mypy_out=quiet:"$new" --mypy_grpc_out=quiet:"$new" \
    --include_imports --include_source_info --descriptor_set_out="$new/descriptors.binpb" \
    "${sources[@]}"
rm -rf generated/nscl
mv "$new"/* generated/
rmdir "$new"
touch generated/.ready
