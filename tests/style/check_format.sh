#!/usr/bin/env bash
# check_format.sh SOURCE: fails when clang-format would change a source of ours.
cd "$1" || exit 1
find analysis views app plugins tests -name '*.h' -o -name '*.cpp' | sort | xargs clang-format --dry-run -Werror 2>&1 | grep -E 'error:' | cut -d: -f1 | sort | uniq -c
exit "$(( PIPESTATUS[2] != 0 ))"
