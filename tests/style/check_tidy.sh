#!/usr/bin/env bash
# check_tidy.sh SOURCE BUILD: clang-tidy on every unit of ours. A unit that passed is not looked at again until it, a header
# of ours or the list of checks has changed (marks in BUILD/tidy).
cd "$1" || exit 1
build=$2
mkdir -p "$build/tidy"
headers=$(find analysis views app plugins -name '*.h' -print0 | sort -z | xargs -0 sha1sum .clang-tidy | sha1sum | cut -d' ' -f1)
export build headers
check() {
  mark=$build/tidy/$(printf '%s' "$headers$(sha1sum "$1")" | sha1sum | cut -d' ' -f1)
  [ -e "$mark" ] && return 0
  if output=$(clang-tidy -p "$build" --quiet "$1" 2>/dev/null); then touch "$mark"; else printf '%s\n' "$output"; return 1; fi
}
export -f check
find analysis views app plugins -name '*.cpp' | sort | xargs -P "$(nproc)" -I{} bash -c 'check "$1"' _ {}
