# Runs one throw-away PostgreSQL cluster for as long as standard input stays open.
#
# usage: sh -c supervise.sh supervise DIR BIN [initdb flag ...]
#
# Prints "ready" once the server answers, or the server's log when it cannot start. The test process holds the other
# end of standard input: the kernel closes it whichever way that process ends, so the cluster and DIR go with it.
set -u
dir=$1 bin=$2
shift 2

trap 'rm -rf "$dir"' EXIT

give_up() {
	cat "$dir/log"
	exit 1
}

"$bin/initdb" --pgdata="$dir/data" "$@" >"$dir/log" 2>&1 || give_up

cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$dir'
port = 5432
max_connections = 200
shared_buffers = 64MB
dynamic_shared_memory_type = mmap
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
CONF

"$bin/pg_ctl" start --wait --timeout=120 --pgdata="$dir/data" --log="$dir/log" >/dev/null 2>&1 || give_up
echo ready

cat >/dev/null
"$bin/pg_ctl" stop --wait --mode=immediate --pgdata="$dir/data" >/dev/null 2>&1
