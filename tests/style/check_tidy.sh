#!/usr/bin/env bash
# check_tidy.sh SOURCE BUILD: clang-tidy on every unit of ours. A unit that passed is not looked at again until it, a header
# of ours or the list of checks has changed; the marks are in the user's cache, so that a second clone is quick too.
cd "$1" || exit 1
build=$2
marks=${XDG_CACHE_HOME:-$HOME/.cache}/discern/tidy
mkdir -p "$marks"
find "$marks" -type f -mtime +30 -delete
headers=$(find analysis views app plugins -name '*.h' -print0 | sort -z | xargs -0 sha1sum .clang-tidy | sha1sum | cut -d' ' -f1)
export build marks headers
check() {
  mark=$marks/$(printf '%s' "$headers$1$(sha1sum <"$1")" | sha1sum | cut -d' ' -f1)
  [ -e "$mark" ] && return 0
  # Flags that only g++ knows are no fault of the unit.
  if output=$(clang-tidy -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option "$1" 2>/dev/null); then
    touch "$mark"
  else
    printf '%s\n' "$output"
    return 1
  fi
}
export -f check
find analysis views app plugins -name '*.cpp' | sort | xargs -P "$(nproc)" -I{} bash -c 'check "$1"' _ {}
