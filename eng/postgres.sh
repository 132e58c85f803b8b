#!/usr/bin/env bash
# Runs PostgreSQL with pgvector, and PgBouncer, as root on Debian or Ubuntu, without Docker and without changes to the system.
# Debian's packages are installed once, into a root file system of their own in the user's cache folder. Servers then start in a second.
set -euo pipefail
# Every user inside the root file system must be able to read its files, so the umask of the caller does not apply.
umask 022

usage() {
    cat >&2 <<'TEXT'
usage: postgres.sh install   [--major 15|17|18] [--verbose]
       postgres.sh serve     [--major 15|17|18] [--data DIR | --standby] [--set name=value ...] [--bin DIR] [--verbose]
       postgres.sh pgbouncer [--pool-size N] [--max-prepared-statements N] [--bin DIR] [--verbose]
       postgres.sh psql      [--major 15|17|18] [argument of psql ...]
       postgres.sh pg_dump   [--major 15|17|18] [argument of pg_dump ...]
       postgres.sh remove

install    installs PostgreSQL. The other commands do this when it is necessary. --verbose prints the output of the package
           manager as well.
serve      starts a server on a free port of 127.0.0.1 and prints one line of JSON when the server is ready. The server stops
           when standard input ends, on SIGTERM and on SIGINT. Its data is deleted, unless --data names a folder.
           --bin uses the programs of an installed PostgreSQL instead of Debian's packages. --standby starts a streaming
           standby of the server in PGHOST, PGPORT, PGUSER and PGPASSWORD, which this script started too.
pgbouncer  starts PgBouncer in transaction mode, in front of the server in PGHOST, PGPORT, PGUSER and PGPASSWORD.
psql       runs psql in the current folder against the server in PGHOST, PGPORT, PGUSER and PGPASSWORD.
pg_dump    runs pg_dump in the same way.
remove     deletes everything that this script stored in the cache folder, including the data of persistent clusters.
TEXT
    exit 2
}

say() { echo "$*" >&2; }
# For the user, even when all goes well. CallIntel.Sdk.Testing looks for this prefix.
progress() { say "==> $*"; }
die() { say "error: $*"; exit 1; }

command=${1:-}; shift || true
major=17 keep='' bin='' room='' verbose='' standby='' pool_size=10 max_prepared=200 settings=() rest=()
while [ $# -gt 0 ]; do
    case $1 in
        --major) major=$2; shift 2 ;;
        --data) keep=$2; shift 2 ;;
        --set) settings+=("$2"); shift 2 ;;
        --bin) bin=$2; shift 2 ;;
        --standby) standby=1; shift ;;
        --verbose) verbose=1; shift ;;
        --pool-size) pool_size=$2; shift 2 ;;
        --max-prepared-statements) max_prepared=$2; shift 2 ;;
        --room) room=$2; shift 2 ;;
        *) [ "$command" = psql ] || [ "$command" = pg_dump ] || usage; rest=("$@"); break ;;
    esac
done
[ -z "$standby" ] || [ -z "$keep" ] || die "--standby and --data exclude each other"
case $major in
    15) suite=bookworm packages=postgresql-15 ;;
    17) suite=trixie packages=postgresql-17,postgresql-17-pgvector,pgbouncer ;;
    18) suite=sid packages=postgresql-18,postgresql-18-pgvector ;;
    *) [ -n "$bin" ] || die "major version $major is not supported; use 15, 17 or 18" ;;
esac

self=$(readlink -f "${BASH_SOURCE[0]}")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/callintel
installed=$cache/postgres-$major
root=$installed/root
# shellcheck source=eng/postgres-install.sh
. "${self%.sh}-install.sh"

# ---- waiting -------------------------------------------------------------------------------------------------------------------

stop=''
# Sleeps up to $1 seconds. Returns false when standard input has ended or a signal has asked to stop. The process that started
# this script holds the other end of standard input, so its death, even by SIGKILL, is an end of file here.
pause() {
    local code=0
    [ -z "$stop" ] || return 1
    read -r -t "$1" _ || code=$?
    [ -z "$stop" ] && { [ $code -eq 0 ] || [ $code -gt 128 ]; }
}
# Waits while process $1 runs. Returns false when pause has ended the wait.
hold() {
    while kill -0 "$1" 2>/dev/null; do pause 1 || return 1; done
}

random_password() { head -c 24 /dev/urandom | base64 | tr '+/' '-_'; }
# Below the range that the kernel assigns to outgoing connections.
random_port() { echo $((12000 + (RANDOM << 15 | RANDOM) % 20000)); }

# ---- serving -------------------------------------------------------------------------------------------------------------------

# The outer half: owns the room (the folder of one running server) and standard input. It holds the only writing end of a pipe to
# the inner half, which therefore shuts down cleanly even when this process is killed with SIGKILL.
serve() {
    [ -z "$bin" ] || [ -x "$bin/$1" ] || die "the folder $bin does not contain $1"
    trap 'stop=1' TERM INT
    if [ -z "$bin" ] && [ ! -d "$installed" ]; then
        install &
        hold $! || { stop_tree $!; exit 1; }
        wait $! || exit 1
    fi
    open_room
    local outer=()
    ! "${alone[@]}" true 2>/dev/null || outer=("${alone[@]}")
    rm -f "$room/alive" && mkfifo "$room/alive"
    # A session of its own: Ctrl+C in a terminal stops the client first, and then, by end of file, the server.
    setsid "${outer[@]}" bash "$self" "$1-inner" --room "$room" "${arguments[@]}" <"$room/alive" &
    local inner=$! code=0
    exec 6>"$room/alive"
    rm "$room/alive"
    hold $inner || true
    exec 6>&-
    while kill -0 $inner 2>/dev/null; do wait $inner || code=$?; done
    [ -n "$keep" ] || rm -rf "$room"
    exit $code
}

# unshare passes SIGTERM on to its child only; SIGKILL ends the child as well.
stop_tree() {
    local child
    for child in $(pgrep -P "$1"); do stop_tree "$child"; done
    kill -KILL "$1" 2>/dev/null || true
}

open_room() {
    mkdir -p "$cache/run"
    if [ -n "$keep" ]; then
        mkdir -p "$keep"
        room=$(readlink -f "$keep")
        # The server of a client that was just killed can still be shutting down, so wait a moment.
        exec 8>"$room/lock"
        flock -w 20 8 || die "the folder $room is in use by another server"
    else
        exec 7>"$cache/run.lock"
        flock 7
        sweep
        room=$(mktemp -d "$cache/run/XXXXXXXX")
        exec 8>"$room/lock"
        flock 8
        exec 7>&-
    fi
}

# Deletes the rooms whose lock is free: their servers were killed together with the processes that clean up.
sweep() {
    local old
    for old in "$cache"/run/*/; do
        if [ -e "$old/lock" ]; then (flock -n 8 && rm -rf "$old") 8<"$old/lock" || true; else rm -rf "$old"; fi
    done 2>/dev/null
}

# The inner half: the first process of its namespaces, or, for a user who is not root, an ordinary one.
serve_postgres() {
    trap 'stop=1' TERM INT
    data=$room/data
    local log=$room/server.log port password server status
    if [ -z "$bin" ]; then
        if [ -n "$standby" ]; then mkdir "$data"
        elif [ ! -d "$data" ]; then cp -a --reflink=auto "$installed/template" "$data.new" && mv "$data.new" "$data"; fi
        mount_kernel_file_systems
        enter_root
    else
        mkdir -p "$data"
        enter_system
        [ -n "$standby" ] || [ -e "$data/PG_VERSION" ] || create_cluster >"$log" 2>&1 ||
            { tail -5 "$log" >&2; die "initdb failed"; }
    fi
    [ -z "$standby" ] || copy_primary >"$log" 2>&1 || { tail -5 "$log" >&2; die "pg_basebackup failed"; }
    grep -q '^host replication' "$data/pg_hba.conf" ||
        echo "host replication all 127.0.0.1/32 scram-sha-256" >>"$data/pg_hba.conf"
    [ "$(cat "$data/PG_VERSION")" = "$major" ] || die "the data in $room belongs to PostgreSQL $(cat "$data/PG_VERSION"), not $major"
    # This process holds the lock of the room, so no other server runs. Process ids of another namespace would mislead PostgreSQL.
    rm -f "$data/postmaster.pid"
    [ -z "$keep" ] || sync -f "$data"
    if [ -n "$standby" ]; then
        password=$PGPASSWORD
    else
        password=$(random_password)
        echo "alter role postgres password '$password'" |
            "${as[@]}" "$bin/postgres" --single -D "$inside" -c password_encryption=scram-sha-256 postgres >"$log" 2>&1 ||
            { tail -5 "$log" >&2; die "the cluster in $room cannot be opened"; }
    fi
    while :; do
        port=$(random_port)
        configure "$port" >"$data/callintel.conf"
        # The setting shows the folder in the process list.
        "${as[@]}" "$bin/postgres" -D "$inside" -c "callintel_server.room=$room" >"$log" 2>&1 </dev/null &
        server=$!
        until status=$(sed -n 8p "$data/postmaster.pid" 2>/dev/null); [ "${status%% *}" = ready ]; do
            kill -0 $server 2>/dev/null || break
            pause 0.02 || break
        done
        if kill -0 $server 2>/dev/null || [ -n "$stop" ]; then break; fi
        grep -q "could not bind" "$log" || { tail -5 "$log" >&2; die "the server rejected its settings or its data"; }
    done
    ready "$port" postgres "$password" "$("${as[@]}" "$bin/postgres" --version | sed 's/^[^0-9]*\([0-9.]*\).*/\1/')"
    finish $server INT
}

# Copies the server in PGHOST and follows it. The password is in a file, because every user can read a command line.
copy_primary() {
    printf '%s:%s:*:%s:%s\n' "$PGHOST" "$PGPORT" "$PGUSER" "$PGPASSWORD" >"$data/passwords"
    chown --reference="$data" "$data/passwords" && chmod 600 "$data/passwords"
    "${as[@]}" "PGPASSFILE=$inside/passwords" "$bin/pg_basebackup" --pgdata="$inside/cluster" --host="$PGHOST" \
        --port="$PGPORT" --username="$PGUSER" --no-password --write-recovery-conf --wal-method=stream \
        --checkpoint=fast --no-sync || return
    data=$data/cluster inside=$inside/cluster
}

# Durable, because benchmark figures without durability are meaningless. The memory suits a developer's machine.
configure() {
    cat <<TEXT
listen_addresses = '127.0.0.1'
port = $1
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
fsync = on
synchronous_commit = on
full_page_writes = on
shared_buffers = '256MB'
wal_buffers = '16MB'
maintenance_work_mem = '256MB'
max_wal_size = '4GB'
max_connections = 200
max_prepared_transactions = 0
timezone = 'UTC'
log_timezone = 'UTC'
TEXT
    local setting value
    for setting in "${settings[@]}"; do
        [[ $setting =~ ^[a-z_][a-z0-9_.]*= ]] || die "--set needs name=value, but got $setting"
        value=${setting#*=}
        echo "${setting%%=*} = '${value//\'/\'\'}'"
    done
}

# Clients log in with the roles and passwords of the server. PgBouncer reads the SCRAM verifier with auth_query, and logs in to
# the server with the keys from the client's login, because both sides have the same verifier.
serve_pgbouncer() {
    trap 'stop=1' TERM INT
    data=$room/data
    local log=$data/pgbouncer.log port server
    mkdir "$data"
    printf '"%s" "%s"\n' "${PGUSER//\"/\"\"}" "${PGPASSWORD//\"/\"\"}" >"$data/users.txt"
    if [ -z "$bin" ]; then mount_kernel_file_systems; enter_root; bin=/usr/sbin; else enter_system; fi
    while :; do
        port=$(random_port)
        cat >"$data/pgbouncer.ini" <<TEXT
[databases]
* = host=$PGHOST port=$PGPORT
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $inside/users.txt
auth_user = $PGUSER
auth_dbname = postgres
auth_query = select rolname, rolpassword from pg_catalog.pg_authid where rolname = \$1 and rolcanlogin
pool_mode = transaction
default_pool_size = $pool_size
max_client_conn = 1000
max_prepared_statements = $max_prepared
ignore_startup_parameters = extra_float_digits
TEXT
        chown -R --reference="$data" "$data"
        "${as[@]}" "$bin/pgbouncer" "$inside/pgbouncer.ini" >"$log" 2>&1 </dev/null &
        server=$!
        until grep -q "process up" "$log"; do
            kill -0 $server 2>/dev/null || break
            pause 0.02 || break
        done
        if kill -0 $server 2>/dev/null || [ -n "$stop" ]; then break; fi
        grep -q "in use" "$log" || { tail -5 "$log" >&2; die "PgBouncer rejected its settings"; }
    done
    ready "$port" "$PGUSER" '' "$("${as[@]}" "$bin/pgbouncer" --version | sed -n '1s/^[^0-9]*//p')"
    # SIGINT would wait for clients to end their transactions.
    finish $server QUIT
}

ready() {
    local folder=${room//\\/\\\\}
    printf '{"host":"127.0.0.1","port":%d,"user":"%s","password":"%s","version":"%s","data":"%s"}\n' \
        "$1" "$2" "$3" "$4" "${folder//\"/\\\"}"
}

# Serves until told to stop, then shuts down by signal $2, and removes what is not kept.
finish() {
    local code=0
    if hold "$1"; then say "the server stopped unexpectedly; see $room/server.log"; code=1; fi
    # Repeated, because a server that is still starting ignores the signal.
    while kill "-$2" "$1" 2>/dev/null; do sleep 0.05; done
    [ -n "$keep" ] || rm -rf "$room"
    exit $code
}

run_client() {
    install
    # Paths in the arguments are relative to the current folder, so psql runs there.
    exec unshare --mount --propagation private bash -c 'mount --bind "$PWD" "$0/mnt" && exec chroot "$0" "$@"' "$root" \
        sh -c 'cd /mnt && exec "$0" "$@"' "/usr/lib/postgresql/$major/bin/$command" "${rest[@]}"
}

remove() {
    local lock
    for lock in "$cache"/{run,clusters}/*/lock; do
        [ ! -e "$lock" ] || flock -n "$lock" true || die "a server is running in ${lock%/lock}"
    done
    rm -rf "$cache"
}

arguments=(--major "$major" --pool-size "$pool_size" --max-prepared-statements "$max_prepared")
[ -z "$keep" ] || arguments+=(--data "$keep")
[ -z "$bin" ] || arguments+=(--bin "$bin")
[ -z "$verbose" ] || arguments+=(--verbose)
[ -z "$standby" ] || arguments+=(--standby)
for setting in "${settings[@]}"; do arguments+=(--set "$setting"); done
case $command in
    install) install ;;
    make) make_root ;;
    serve) serve postgres ;;
    pgbouncer) serve pgbouncer ;;
    postgres-inner) serve_postgres ;;
    pgbouncer-inner) serve_pgbouncer ;;
    psql | pg_dump) run_client ;;
    remove) remove ;;
    *) usage ;;
esac
