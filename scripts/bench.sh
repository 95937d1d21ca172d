#!/usr/bin/env bash
# Runs benchmarks and prints each as what was measured, its figures and, where it compares two things, their ratio:
# bench.sh BENCHTIME [PATTERN [PACKAGE...]]
set -euo pipefail
cd "$(dirname "$0")/.."
time=$1 pattern=${2:-.}
packages=("${@:3}")
((${#packages[@]})) || mapfile -t packages < <(grep -rlE '^func Benchmark' --include='*_test.go' internal | xargs -n1 dirname | sort -u | sed 's|^|./|')

# One package after the other: benchmarks that share the processors measure one another. A million accounts and
# a merger are bench-repair's and bench-console's.
go test -p 1 -run '^$' -bench "$pattern" -skip '^Benchmark(Diagnosis|Merger|RemoteMerger|Pages)$' -benchmem -benchtime "$time" -timeout 40m "${packages[@]}" | awk '
	function figure(value, unit) {
		if (unit == "ns/op" && value >= 1e6) return sprintf("%.2f ms", value / 1e6)
		if (unit == "ns/op" && value >= 1e3) return sprintf("%.2f µs", value / 1e3)
		if (unit == "ns/op") return sprintf("%.0f ns", value)
		if (unit == "ratio") return sprintf("%.2f", value)
		if (unit ~ /^x/) return sprintf("%.2f x %s", value, substr(unit, 2))
		return value " " unit
	}
	/^pkg: / { print ""; print substr($2, index($2, "/") + 1); next }
	/^Benchmark/ && NF > 2 {
		name = substr($1, 10); sub(/-[0-9]+$/, "", name)
		line = ""; ratio = ""
		for (i = 3; i < NF; i += 2) {
			if ($(i + 1) == "ratio") { ratio = "   ratio " figure($i, "ratio"); continue }
			line = line sprintf("%18s", figure($i, $(i + 1)))
		}
		printf "  %-52s%s%s\n", name, line, ratio
		next
	}
	/^(goos|goarch|cpu|PASS|ok)/ { next }
	{ print }
'
