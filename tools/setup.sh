#!/usr/bin/env bash
# Installs what the platform is built and tested with; what is there already is left alone.
#
#   tools/setup.sh build   to build the Worker: the WebAssembly target, the npm tools, worker-build and wasm-bindgen
#   tools/setup.sh check   build, and cargo-machete
#   tools/setup.sh test    build, and Postgres and Chromium
#   tools/setup.sh all     everything
#
# It fetches from cargo's and npm's registries, with rustup, and, as root, with apt; it downloads nothing by itself.
set -euo pipefail
source "$(dirname "$0")/environment.sh"
cd "$ROOT"

CARGO_MACHETE=0.9.2

main() {
  case ${1:-all} in
    build) build_tools ;;
    check) build_tools; cargo_tool cargo-machete "$CARGO_MACHETE" ;;
    test) build_tools; debian_packages postgresql chromium ;;
    all) build_tools; cargo_tool cargo-machete "$CARGO_MACHETE"; debian_packages postgresql chromium ;;
    *) fail "usage: tools/setup.sh build|check|test|all" ;;
  esac
}

build_tools() {
  debian_packages build-essential
  wasm_target
  npm_packages
  cargo_tool worker-build "$(locked_version worker)"
  cargo_tool wasm-bindgen-cli "$(locked_version wasm-bindgen)" wasm-bindgen
}

wasm_target() {
  command -v rustup >/dev/null || fail "rustup is missing. Install it as https://rustup.rs says, then run this again."
  local channel
  channel=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
  rustup toolchain list | grep -q "^$channel-" || {
    say "setup: installing Rust $channel"
    rustup toolchain install "$channel" --profile minimal --component clippy --component rustfmt --no-self-update
  }
  [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib" ] || {
    say "setup: adding the WebAssembly target to Rust $channel"
    rustup target add --toolchain "$channel" wasm32-unknown-unknown
  }
}

# The packages carry their programs ready-made, so no install script needs to run, whatever npm's version thinks of them.
npm_packages() {
  local stamp=node_modules/.installed wanted
  wanted=$(cat package.json package-lock.json .npmrc | sha256sum)
  [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
  # The Node that npm runs on must not be the one that npm replaces.
  local path=:$PATH:
  path=${path//:$ROOT\/node_modules\/.bin:/:}
  PATH=${path:1:-1} command -v npm >/dev/null || fail "npm is missing. Install any Node with npm (on Debian: apt-get install npm), then run this again."
  say "setup: installing the npm packages"
  PATH=${path:1:-1} npm ci --ignore-scripts --loglevel=error
  echo "$wanted" >"$stamp"
}

# One of cargo's tools in exactly the version asked for. A low optimisation level takes a third of the time.
cargo_tool() {
  local crate=$1 version=$2 program=${3:-$1}
  [ -n "$version" ] || fail "Cargo.lock does not say which $crate to install: run 'cargo generate-lockfile'."
  [ "$(installed_version "$program")" != "$version" ] || return 0
  say "setup: installing $crate $version (a few minutes)"
  export CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
  local install=(cargo install --quiet --force --root "$TOOLS" --target-dir "$TOOLS/build" "$crate@$version")
  "${install[@]}" --locked || {
    say "setup: one of $crate's own locked dependencies was withdrawn; installing it with today's"
    "${install[@]}"
  }
  rm -rf "$TOOLS/build"
}

installed_version() {
  [ -x "$TOOLS/bin/$1" ] || return 0
  "$TOOLS/bin/$1" --version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1
}

# Debian's packages, each with what shows that it is there.
debian_packages() {
  local missing=() package
  for package in "$@"; do "has_$package" || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "setup: installing ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    fail "Missing: ${missing[*]}. On Debian: sudo apt-get install ${missing[*]}"
  fi
}

has_build-essential() { command -v cc >/dev/null; }
has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }
has_chromium() { command -v chromium >/dev/null; }

main "$@"
