#!/usr/bin/env bash
# Writes the contract's TypeScript types (pages/api/schema.d.ts) from pages/api/openapi.json.
#
#   tools/contract.sh           writes them
#   tools/contract.sh --check   fails when they are not what it would write
set -euo pipefail
source "$(dirname "$0")/environment.sh"
cd "$ROOT"

contract=pages/api/openapi.json types=pages/api/schema.d.ts
new=$(mktemp --suffix=.d.ts)
trap 'rm -f "$new"' EXIT

# Every schema gets a type of its own name. A field with a default may still be left out by who sends.
openapi-typescript "$contract" --output "$new" \
  --root-types --root-types-no-schema-prefix --default-non-nullable=false >/dev/null

case ${1:-} in
  '') cp "$new" "$types" ;;
  --check) cmp -s "$new" "$types" || fail "$types is not up to date: run \`make contract\`" ;;
  *) fail "usage: tools/contract.sh [--check]" ;;
esac
