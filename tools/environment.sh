# Sourced by the scripts beside it: where things are.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# What outlives a checkout: the cargo tools here, and the compiled crates where `.ci/run` puts them.
CACHE=${OPERATIONS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/operations-platform}
TOOLS=$CACHE/tools

# The version of a crate in Cargo.lock.
locked_version() {
  awk -v name="$1" '$1 == "name" { found = $3 == "\"" name "\"" } found && $1 == "version" { gsub(/"/, "", $3); print $3; exit }' "$ROOT/Cargo.lock"
}

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
