#!/usr/bin/env bash
# Installs Debian or Ubuntu packages without asking: apt-install.sh PACKAGE...
set -euo pipefail

as_root=()
if ((EUID != 0)); then
	if ! command -v sudo >/dev/null; then
		echo "Missing packages: $*. Run as root: apt-get install $*" >&2
		exit 1
	fi
	as_root=(sudo)
fi

# policy-rc.d is how Debian is told to install a server without starting it; one that is there stays as it is.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
	printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null
	"${as_root[@]}" chmod +x $policy
	trap '"${as_root[@]}" rm -f $policy' EXIT
fi

echo "installing $*" >&2
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet --quiet)
# A broken list of some other vendor's is no reason to give up: the install tells whether ours were read.
"${apt[@]}" update || echo "apt-get update failed, going on with the package lists that are there" >&2
"${apt[@]}" install --yes --no-install-recommends "$@" </dev/null
