# What packaging/quickstart and tests/run share. Sourced, never run: install_packages, configure_and_build, with_screen.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

if [ -t 1 ]; then bold=$'\e[1m'; dim=$'\e[2m'; plain=$'\e[0m'; else bold=; dim=; plain=; fi
step() { printf '%s==>%s %s\n' "$bold" "$plain" "$*"; }
fail() {
  printf '\n%sDiscern could not be set up:%s %s\n' "$bold" "$plain" "$1" >&2
  [ $# -lt 2 ] || printf '  What to do: %s\n' "$2" >&2
  exit 1
}

# missing_packages run|test: the packages of packages.txt that are not installed
missing_packages() {
  sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$root/packaging/packages.txt" | while read -r name; do
    case $name in
      test:*) [ "$1" = test ] || continue; name=${name#test:} ;;
    esac
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || printf '%s\n' "$name"
  done
}

# install_packages run|test yes|no
install_packages() {
  command -v dpkg-query >/dev/null || fail "this is no Debian system" "install the libraries of packaging/packages.txt your system's way, then run again with --no-install"
  local missing
  missing=$(missing_packages "$1" | tr '\n' ' ')
  [ -n "${missing// /}" ] || return 0
  if [ "$2" = no ]; then
    fail "these packages are missing: $missing" "sudo apt-get install $missing"
  fi
  local sudo=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "packages are missing and there is no sudo: $missing" "as root: apt-get install $missing"
    sudo=sudo
  fi
  step "Installing from Debian: $missing"
  export DEBIAN_FRONTEND=noninteractive
  $sudo apt-get update -qq || fail "the package lists can't be fetched" "look at /etc/apt/sources.list and at the network"
  # The tests bring up daemons of their own (sshd, Slurm); installing them must start none.
  local policy=/usr/sbin/policy-rc.d made=
  if [ "$1" = test ] && [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null && $sudo chmod +x $policy && made=yes
  fi
  # shellcheck disable=SC2086
  $sudo apt-get install -y --no-install-recommends $missing 2>&1 | tee /tmp/discern-install.$$.log |
    awk '/^(Get:|Unpacking|Setting up)/ { if (n++ % 25 == 0) { print "    " substr($0, 1, 100); fflush() } }'
  local status=${PIPESTATUS[0]}
  [ -z "$made" ] || $sudo rm -f $policy
  [ "$status" -eq 0 ] || {
    tail -n 15 /tmp/discern-install.$$.log >&2
    fail "a package could not be installed" "sudo apt-get install $missing"
  }
  rm -f /tmp/discern-install.$$.log
}

# configure_and_build PRESET TARGET...
configure_and_build() {
  local preset=$1
  shift
  cd "$root" || exit 1
  local folder=$root/build log
  mkdir -p "$folder"
  log=$folder/configure.log
  # Configured already with this preset: ninja itself sees what changed.
  if [ ! -f "$folder/build.ninja" ] || [ "$(cat "$folder/.preset" 2>/dev/null)" != "$preset" ]; then
    step "Configuring ($preset)"
    cmake --preset "$preset" 2>&1 | tee "$log" | awk '/^-- (Found|Configuring|Generating)/ { print "    " substr($0, 4, 100); fflush() }'
    [ "${PIPESTATUS[0]}" -eq 0 ] || {
      grep -A8 -m1 'CMake Error' "$log" >&2 || tail -n 20 "$log" >&2
      fail "CMake stopped; its whole output is in $log" "install what it names, or delete $folder and run again"
    }
    printf '%s' "$preset" >"$folder/.preset"
  fi
  step "Building"
  NINJA_STATUS="    [%f/%t] " ninja -C "$folder" "$@" || fail "the build stopped above" "mend what it names; if nothing was changed, delete $folder and run again"
}

# with_screen COMMAND...: on the display there is, or on a virtual one
with_screen() {
  if [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; then
    "$@"
  else
    xvfb-run -a -s "-screen 0 ${DISCERN_SCREEN:-1440x900x24} -nolisten tcp" "$@"
  fi
}
