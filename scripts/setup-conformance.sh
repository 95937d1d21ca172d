#!/usr/bin/env bash
# Makes a Python environment with the public SCIM suites, in the versions and with the checksums of
# conformance/requirements.txt: setup-conformance.sh FOLDER. Does nothing where it is already there.
set -euo pipefail
folder=$1
requirements=$(cd "$(dirname "$0")" && pwd)/conformance/requirements.txt

[[ -f $folder/requirements.txt ]] && cmp -s "$requirements" "$folder/requirements.txt" && exit

# The suites need Python 3.11; Debian has venv in a package of its own.
suitable() {
	"$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}
pick() {
	local python
	for python in python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11; do
		suitable "$python" && echo "$python" && return
	done
	return 1
}

if ! python=$(pick) && command -v apt-get >/dev/null; then
	"$(dirname "$0")/apt-install.sh" python3 python3-venv
fi
if ! python=$(pick); then
	cat >&2 <<-'TEXT'
		The public SCIM suites need Python 3.11 or later with venv and pip. Install it, then try again:
		  Fedora, RHEL   sudo dnf install python3 python3-pip
		  Alpine         sudo apk add python3 py3-pip
		  macOS          brew install python@3.13
		  elsewhere      https://www.python.org/downloads/, with python3 on PATH
	TEXT
	exit 1
fi

echo "installing the public SCIM suites into $folder" >&2
rm -rf "$folder"
"$python" -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$requirements"
cp "$requirements" "$folder/requirements.txt"
