#!/usr/bin/env bash
# Fuzzes the targets that are named, or all, each for FUZZ_SECONDS (300). What is new goes to fuzz/found/, what fails to
# fuzz/artifacts/. `run.sh --keep` takes from fuzz/found/ into fuzz/corpus/ what reaches code that nothing kept there reaches.
# Where the toolchain cannot fuzz, one line says so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

version=0.13.2 # of cargo-fuzz
tools="$PWD/../.tools/cargo-fuzz"
# no target may hold more, or think longer about one input: MiB, bytes, seconds
bounds=(-rss_limit_mb=512 -malloc_limit_mb=256 -max_len=65536 -timeout=5)

skip() {
    echo "fuzz: skipped: $*"
    exit 0
}

cargo +nightly --version >/dev/null 2>&1 || skip "no nightly toolchain; rustup toolchain install nightly brings one"
command -v "${CXX:-c++}" >/dev/null || skip "no C++ compiler, which libFuzzer is built with"
[ "$("$tools/bin/cargo-fuzz" --version 2>/dev/null)" = "cargo-fuzz $version" ] ||
    cargo install --quiet --locked --root "$tools" --version "$version" cargo-fuzz

export RUSTUP_TOOLCHAIN=nightly
# freed memory that the sanitizer keeps back would count as held
export ASAN_OPTIONS="quarantine_size_mb=16${ASAN_OPTIONS:+:$ASAN_OPTIONS}"

# The words of the languages, so that they need not be guessed.
words() {
    grep -rhoE --include='*.rs' --exclude='*tests*' --exclude-dir=tests '"[A-Za-z_.:-]{2,40}"' ../crates/wire/src |
        sort -u | sed 's/"/\\"/g; s/.*/"&"/'
}

fuzz() {
    "$tools/bin/cargo-fuzz" run --fuzz-dir . "$@"
}

run() {
    mkdir -p "found/$1" "corpus/$1"
    echo "fuzz: $1 for ${FUZZ_SECONDS:-300} s"
    fuzz "$1" "found/$1" "corpus/$1" "seeds/$1" -- "${bounds[@]}" -dict=found/words \
        -max_total_time="${FUZZ_SECONDS:-300}" -verbosity=0 -print_final_stats=1 2>&1 |
        sed -u '/ Recommended dictionary/,/ End of recommended dictionary/d'
}

# The sixty inputs that reach most of what the seeds and the corpus do not reach; libFuzzer writes these first.
keep() {
    local all
    all="$(mktemp -d)"
    mkdir -p "corpus/$1"
    cp "seeds/$1"/* "$all"
    find "corpus/$1" -type f -exec cp -t "$all" {} +
    fuzz "$1" "$all" "found/$1" -- "${bounds[@]}" \
        -max_len=2048 -use_counters=0 -use_cmp=0 -merge=1 -set_cover_merge=1 || return
    ls -tr "$all" | while read -r name; do
        [ -e "seeds/$1/$name" ] || [ -e "corpus/$1/$name" ] || echo "$all/$name"
    done | awk 'NR <= 60' | xargs -r cp -t "corpus/$1"
    rm -r "$all"
}

do=run
if [ "${1:-}" = --keep ]; then
    do=keep
    shift
fi
[ $# -gt 0 ] || set -- $(ls seeds)
mkdir -p found
words >found/words
failed=()
for target; do
    $do "$target" || failed+=("$target")
done
[ ${#failed[@]} -eq 0 ] || {
    echo "fuzz: failed: ${failed[*]}; fuzz/artifacts/ has the inputs" >&2
    exit 1
}
