#!/usr/bin/env bash
# Makes sure that PostgreSQL's server binaries are there, which the tests start clusters of their own from.
# Installs them on Debian and Ubuntu; elsewhere says what to install and fails. Starts no server.
set -euo pipefail

# Kept like installDirs in internal/testdb/binaries.go, which finds them at test time.
found() {
	command -v initdb >/dev/null && return
	local dir
	for dir in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/libexec/postgresql* \
		/opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin /usr/local/pgsql/bin; do
		[[ -x $dir/initdb && -x $dir/postgres ]] && return
	done
	return 1
}

found && exit

if ! command -v apt-get >/dev/null; then
	cat >&2 <<-'TEXT'
		The tests run on SQLite and on a real PostgreSQL, whose server binaries (initdb, pg_ctl, postgres) are missing.
		Install them, then try again:
		  Fedora, RHEL   sudo dnf install postgresql-server
		  Alpine         sudo apk add postgresql icu-data-full
		  macOS          brew install postgresql@17
		  elsewhere      https://www.postgresql.org/download/, with initdb on PATH
	TEXT
	exit 1
fi

"$(dirname "$0")/apt-install.sh" postgresql
found
