#!/usr/bin/env bash
# Builds the Worker into build/dev or build/release. Does nothing when the compiled module is the one of last time.
#
#   tools/build-worker.sh [dev|release]     default: $WORKER_PROFILE, else release
set -euo pipefail
source "$(dirname "$0")/environment.sh"
cd "$ROOT"

case ${1:-${WORKER_PROFILE:-release}} in
  dev) name=dev cargo_profile=edge-dev optimize=() ;;
  release) name=release cargo_profile=release optimize=(-Oz) ;;
  *) fail "usage: tools/build-worker.sh dev|release" ;;
esac
out=build/$name

# worker-build looks for its helpers here before it would download them.
export WASM_BINDGEN_BIN=$TOOLS/bin/wasm-bindgen
export ESBUILD_BIN=$ROOT/node_modules/.bin/esbuild
export PATH=$ROOT/node_modules/.bin:$PATH
for helper in "$TOOLS/bin/worker-build" "$WASM_BINDGEN_BIN" "$ESBUILD_BIN"; do
  [ -x "$helper" ] || fail "$helper is missing: run tools/setup.sh build"
done

# What worker-build sets for its own call of cargo, so that its call finds everything compiled.
export WASM_BINDGEN_USE_JS_SYS=1
cargo build --lib --target wasm32-unknown-unknown --profile "$cargo_profile"
module=${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/$cargo_profile/operations_platform.wasm

made_from=$(sha256sum "$module" "$0" package-lock.json Cargo.lock | cut -d ' ' -f 1)
[ "$(cat "$out/.made-from" 2>/dev/null)" != "$made_from" ] || exit 0
mkdir -p "$out"
rm -f "$out/.made-from"

"$TOOLS/bin/worker-build" --profile "$cargo_profile" --no-opt --out-dir "$out"
if [ ${#optimize[@]} -gt 0 ]; then
  say "optimizing the module"
  # The features are named so that no newer encoding gets in than the runtime reads.
  wasm-opt "${optimize[@]}" \
    --enable-mutable-globals --enable-sign-ext --enable-nontrapping-float-to-int --enable-bulk-memory \
    --enable-multivalue --enable-reference-types --enable-exception-handling \
    "$out/index_bg.wasm" -o "$out/optimized.wasm"
  mv "$out/optimized.wasm" "$out/index_bg.wasm"
fi
printf '%s\n' "$made_from" >"$out/.made-from"
