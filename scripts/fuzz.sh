#!/usr/bin/env bash
# Runs every fuzz target of the module, one after the other as `go test` wants it: fuzz.sh DURATION
set -euo pipefail
cd "$(dirname "$0")/.."

files=$(grep -rlE '^func Fuzz[A-Z]' --include='*_test.go' internal) || { echo "no fuzz targets"; exit 0; }
sort <<<"$files" | while read -r file; do
	sed -nE 's/^func (Fuzz[A-Za-z0-9_]+)\(.*/\1/p' "$file" | while read -r target; do
		echo "fuzzing $target in $(dirname "$file") for $1"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$1" "./$(dirname "$file")" </dev/null
	done
done
