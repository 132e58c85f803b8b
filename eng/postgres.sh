#!/usr/bin/env bash
# A PostgreSQL with pgvector, and a PgBouncer, for anybody who is root on Debian or Ubuntu: no Docker, nothing added to the system.
# PostgreSQL comes from Debian into a root file system of its own under the user's cache folder, once; servers then start in a second.
set -euo pipefail

usage() {
    cat >&2 <<'TEXT'
usage: postgres.sh install   [--major 15|17|18]
       postgres.sh serve     [--major 15|17|18] [--data DIR] [--set name=value ...] [--bin DIR]
       postgres.sh pgbouncer [--pool-size N] [--max-prepared-statements N] [--bin DIR]
       postgres.sh psql      [--major 15|17|18] [argument of psql ...]
       postgres.sh remove

serve      starts a server on a free port of 127.0.0.1, prints one line of JSON when it is ready and stops it when standard input
           ends, on SIGTERM or on SIGINT. The data is thrown away, unless --data names a folder to keep it in.
           --bin takes the programs of an installed PostgreSQL instead of Debian's.
pgbouncer  the same for a PgBouncer in transaction mode, before the server that PGHOST, PGPORT, PGUSER and PGPASSWORD name.
psql       runs psql in the current folder; PGHOST and so on say where to.
remove     deletes everything this script has put under the cache folder, kept data too.
TEXT
    exit 2
}

say() { echo "$*" >&2; }
die() { say "error: $*"; exit 1; }

command=${1:-}; shift || true
major=17 keep='' bin='' room='' pool_size=10 max_prepared=200 settings=() rest=()
while [ $# -gt 0 ]; do
    case $1 in
        --major) major=$2; shift 2 ;;
        --data) keep=$2; shift 2 ;;
        --set) settings+=("$2"); shift 2 ;;
        --bin) bin=$2; shift 2 ;;
        --pool-size) pool_size=$2; shift 2 ;;
        --max-prepared-statements) max_prepared=$2; shift 2 ;;
        --room) room=$2; shift 2 ;;
        *) [ "$command" = psql ] || usage; rest=("$@"); break ;;
    esac
done
case $major in
    15) suite=bookworm packages=postgresql-15 ;;
    17) suite=trixie packages=postgresql-17,postgresql-17-pgvector,pgbouncer ;;
    18) suite=sid packages=postgresql-18,postgresql-18-pgvector ;;
    *) [ -n "$bin" ] || die "major version $major is not offered: 15, 17 or 18" ;;
esac

self=$(readlink -f "${BASH_SOURCE[0]}")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/callintel
installed=$cache/postgres-$major
root=$installed/root
# A user id that no system hands out: the server's files belong to nobody else, inside the root file system and outside.
server_id=54321
# Mounts live in a namespace of their own and die with it, so that rm -rf of a home folder never meets one;
# the process namespace takes every server process along when this script is killed with -9.
alone=(unshare --mount --propagation private --pid --fork --kill-child --mount-proc)

# ---- waiting -------------------------------------------------------------------------------------------------------------------

stop=''
# Sleeps up to $1 seconds; false when standard input has ended or a signal asked to stop. Whoever started us holds the other end
# of standard input, so its death, kill -9 included, is an end of file here.
pause() {
    local code=0
    [ -z "$stop" ] || return 1
    read -r -t "$1" _ || code=$?
    [ -z "$stop" ] && { [ $code -eq 0 ] || [ $code -gt 128 ]; }
}
# Waits while process $1 lives; false when it was stopped by pause.
hold() {
    while kill -0 "$1" 2>/dev/null; do pause 1 || return 1; done
}

# ---- installing ----------------------------------------------------------------------------------------------------------------

be_root() {
    [ "$(id -u)" = 0 ] || die "$command needs root on Debian or Ubuntu"
    "${alone[@]}" true 2>/dev/null || die "this root may not make mount namespaces (a container without CAP_SYS_ADMIN?)"
}

install() {
    [ ! -d "$installed" ] || return 0
    be_root
    mkdir -p "$cache"
    # Every process of the installation inherits the lock: it is free only when all of them are gone.
    (
        flock 9
        [ ! -d "$installed" ] || exit 0
        rm -rf "$installed.making"
        if [ ! -e /usr/share/keyrings/debian-archive-keyring.gpg ] || ! command -v debootstrap >/dev/null; then
            command -v apt-get >/dev/null || die "neither debootstrap nor apt-get is here: this way is for Debian and Ubuntu"
            say "installing debootstrap"
            { apt-get update && apt-get install -y --no-install-recommends debootstrap debian-archive-keyring; } >&2
        fi
        mkdir "$installed.making"
        say "getting PostgreSQL $major from Debian $suite, once; this takes about a minute"
        "${alone[@]}" bash "$self" make --major "$major" </dev/null >&2
        mv "$installed.making" "$installed"
    ) 9>"$cache/postgres-$major.lock"
}

# Runs as the first process of its own namespaces.
make_root() {
    installed=$installed.making
    root=$installed/root
    local log=$installed/make.log attempt
    # sid's index and pool can disagree for some hours, so it is tried more than once.
    for attempt in 1 2 3; do
        rm -rf "$root"
        tune_dpkg
        if debootstrap --variant=minbase --include="$packages" "$suite" "$root" >"$log" 2>&1; then break; fi
        say "debootstrap failed ($attempt of 3): $(grep -E '^[EW]:' "$log" | sort -u | tail -3 | tr '\n' ' ')"
        cat "$root/debootstrap/debootstrap.log" >>"$log" 2>/dev/null || true
        [ "$attempt" -lt 3 ] || { tail -20 "$log" >&2; die "Debian $suite could not be installed: $packages"; }
        sleep $((attempt * 5))
    done
    mkdir -p "$root/data" "$root/dev/shm"
    mount_kernel_file_systems
    [ "$major" != 15 ] || build_pgvector >>"$log" 2>&1 || { tail -20 "$log" >&2; die "pgvector could not be built"; }
    rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,info,locale,lintian}/*
    echo "callintel:x:$server_id:$server_id::/data:/bin/sh" >>"$root/etc/passwd"
    echo "callintel:x:$server_id:" >>"$root/etc/group"
    # Every new cluster is a copy of this one: 0.1 s instead of initdb's seconds.
    mkdir "$installed/template"
    data=$installed/template
    enter_root
    create_cluster >>"$log" 2>&1 || { tail -20 "$log" >&2; die "initdb failed"; }
}

# Settings that must lie in the root file system before the first package does: no fsync for every file of an installation that
# is thrown away when it fails, no manuals, no default cluster, no started service.
tune_dpkg() {
    mkdir -p "$root"/etc/dpkg/dpkg.cfg.d "$root"/etc/postgresql-common "$root"/usr/sbin
    printf '%s\n' force-unsafe-io force-confold 'path-exclude /usr/share/doc/*' 'path-exclude /usr/share/man/*' \
        'path-exclude /usr/share/locale/*' >"$root/etc/dpkg/dpkg.cfg.d/callintel"
    echo 'create_main_cluster = false' >"$root/etc/postgresql-common/createcluster.conf"
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod +x "$root/usr/sbin/policy-rc.d"
}

# bookworm has no pgvector: trixie's source is built against PostgreSQL 15. The headers' package is unpacked, not installed,
# because it depends on a whole clang that is needed for JIT inlining only.
build_pgvector() {
    local apt="$root/etc/apt/sources.list" tools="gcc make libc6-dev"
    cp -L /etc/resolv.conf "$root/etc/resolv.conf"
    sed -n "s/^deb \(.*\) $suite /deb-src \1 trixie /p" "$apt" >"$apt.d/trixie-source.list"
    chroot "$root" env -i LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin bash -euxc "
        apt-get -o Acquire::Check-Valid-Until=false update
        apt-get install -y --no-install-recommends $tools
        mkdir /tmp/build && cd /tmp/build
        apt-get download postgresql-server-dev-15
        dpkg-deb --fsys-tarfile postgresql-server-dev-15_*.deb | tar -x -C / --keep-directory-symlink
        apt-get source --download-only pgvector
        mkdir pgvector && tar -x -f pgvector_*.orig.tar.* -C pgvector --strip-components=1
        # OPTFLAGS: the result may be kept and copied, so it must not depend on this processor.
        make -C pgvector -j2 OPTFLAGS= with_llvm=no PG_CONFIG=/usr/lib/postgresql/15/bin/pg_config
        make -C pgvector install with_llvm=no PG_CONFIG=/usr/lib/postgresql/15/bin/pg_config
        cd / && rm -rf /tmp/build /usr/include/postgresql
        apt-get purge -y --autoremove $tools"
}

# ---- being inside --------------------------------------------------------------------------------------------------------------

mount_kernel_file_systems() {
    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
}

# Sets: as (how to run a program as the server's user), inside (the data folder as that program sees it), bin.
enter_root() {
    chown "$server_id:$server_id" "$data" && chmod 700 "$data"
    mount --bind "$data" "$root/data"
    inside=/data bin=/usr/lib/postgresql/$major/bin
    as=(chroot "--userspec=$server_id:$server_id" "$root" /usr/bin/env -i LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin)
}

# The same for programs of the system, that is with --bin.
enter_system() {
    as=(env -i LANG=C.UTF-8 "PATH=$PATH") inside=$data
    if [ "$(id -u)" = 0 ]; then
        local user=nobody
        ! id -u postgres >/dev/null 2>&1 || user=postgres
        chown "$user:" "$data" && chmod 700 "$data"
        # The server's user cannot pass through root's home folder: in our namespace the data lies under /mnt.
        mount --bind "$data" /mnt
        mount -t tmpfs -o mode=1777 shm /dev/shm
        inside=/mnt
        as=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --clear-groups "${as[@]}")
    else
        # Without namespaces the server itself asks for a SIGINT, a fast shutdown, when its supervisor is killed with -9.
        as=(setpriv --pdeathsig INT "${as[@]}")
    fi
}

create_cluster() {
    "${as[@]}" "$bin/initdb" -D "$inside" --username=postgres --encoding=UTF8 --locale=C.UTF-8 --auth=reject \
        --no-sync --no-instructions
    echo "host all all 127.0.0.1/32 scram-sha-256" >"$data/pg_hba.conf"
    echo "include 'callintel.conf'" >>"$data/postgresql.conf"
    : >"$data/callintel.conf"
}

random_password() { head -c 24 /dev/urandom | base64 | tr '+/' '-_'; }
# Below the range that the kernel hands to outgoing connections.
random_port() { echo $((12000 + (RANDOM << 15 | RANDOM) % 20000)); }

# ---- serving -------------------------------------------------------------------------------------------------------------------

# The outer half: owns the room (a folder per running server) and standard input. It holds the only writing end of a pipe into the
# inner half, which therefore stops in good order even when this process is killed with -9.
serve() {
    [ -z "$bin" ] || [ -x "$bin/$1" ] || die "$bin has no $1"
    trap 'stop=1' TERM INT
    if [ -z "$bin" ] && [ ! -d "$installed" ]; then
        install &
        hold $! || { stop_tree $!; exit 1; }
        wait $! || exit 1
    fi
    open_room
    local outer=()
    [ "$(id -u)" != 0 ] || outer=("${alone[@]}")
    rm -f "$room/alive" && mkfifo "$room/alive"
    # A session of its own: Ctrl-C in a terminal asks the client to stop, and only then, by end of file, the server.
    setsid "${outer[@]}" bash "$self" "$1-inner" --room "$room" "${arguments[@]}" <"$room/alive" &
    local inner=$! code=0
    exec 6>"$room/alive"
    hold $inner || true
    exec 6>&-
    while kill -0 $inner 2>/dev/null; do wait $inner || code=$?; done
    [ -n "$keep" ] || rm -rf "$room"
    exit $code
}

# unshare leaves SIGTERM to its child; a SIGKILL takes the child along.
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
        # A moment's patience: the server of a client that was just killed may still be shutting down.
        exec 8>"$room/lock"
        flock -w 20 8 || die "$room is in use by another server"
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

# Rooms whose lock is free belonged to servers that were killed together with everything that would have cleaned up.
sweep() {
    local old
    for old in "$cache"/run/*/; do
        [ -e "$old/lock" ] || continue
        (flock -n 8 && rm -rf "$old") 8<"$old/lock" || true
    done
}

# The inner half: the first process of its namespaces, or, for a user who is not root, an ordinary one.
serve_postgres() {
    trap 'stop=1' TERM INT
    data=$room/data
    local log=$room/server.log port password server status
    if [ -z "$bin" ]; then
        if [ ! -d "$data" ]; then cp -a --reflink=auto "$installed/template" "$data.new" && mv "$data.new" "$data"; fi
        mount_kernel_file_systems
        enter_root
    else
        mkdir -p "$data"
        enter_system
        [ -e "$data/PG_VERSION" ] || create_cluster >"$log" 2>&1 || { tail -5 "$log" >&2; die "initdb failed"; }
    fi
    [ "$(cat "$data/PG_VERSION")" = "$major" ] || die "the data in $room is of version $(cat "$data/PG_VERSION"), not $major"
    # Nobody else runs here, we hold the room's lock; process ids of another namespace would only mislead PostgreSQL.
    rm -f "$data/postmaster.pid"
    [ -z "$keep" ] || sync -f "$data"
    password=$(random_password)
    echo "alter role postgres password '$password'" |
        "${as[@]}" "$bin/postgres" --single -D "$inside" -c password_encryption=scram-sha-256 postgres >"$log" 2>&1 ||
        { tail -5 "$log" >&2; die "the cluster in $room does not open"; }
    while :; do
        port=$(random_port)
        configure "$port" >"$data/callintel.conf"
        # The folder's name is on the command line for whoever looks at the process list.
        "${as[@]}" "$bin/postgres" -D "$inside" -c "callintel_server.room=$room" >"$log" 2>&1 </dev/null &
        server=$!
        until status=$(sed -n 8p "$data/postmaster.pid" 2>/dev/null); [ "${status%% *}" = ready ]; do
            kill -0 $server 2>/dev/null || break
            pause 0.02 || break
        done
        if kill -0 $server 2>/dev/null || [ -n "$stop" ]; then break; fi
        grep -q "could not bind" "$log" || { tail -5 "$log" >&2; die "PostgreSQL did not start"; }
    done
    ready "$port" postgres "$password" "$("${as[@]}" "$bin/postgres" --version | sed 's/^[^0-9]*\([0-9.]*\).*/\1/')"
    finish $server
}

# Durable, because figures from a server that does not write are worth nothing; memory for a developer's machine.
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
maintenance_work_mem = '256MB'
max_wal_size = '4GB'
max_connections = 200
max_prepared_transactions = 0
timezone = 'UTC'
log_timezone = 'UTC'
TEXT
    local setting value
    for setting in "${settings[@]}"; do
        [[ $setting =~ ^[a-z_][a-z0-9_.]*= ]] || die "--set takes name=value, not $setting"
        value=${setting#*=}
        echo "${setting%%=*} = '${value//\'/\'\'}'"
    done
}

# Clients log in with the roles and passwords of the server itself: PgBouncer reads the SCRAM verifier by auth_query and, because
# both sides have the same verifier, logs in to the server with what the client proved.
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
        grep -q "in use" "$log" || { tail -5 "$log" >&2; die "PgBouncer did not start"; }
    done
    ready "$port" "$PGUSER" '' "$("${as[@]}" "$bin/pgbouncer" --version | sed -n '1s/^[^0-9]*//p')"
    finish $server
}

ready() {
    local folder=${room//\\/\\\\}
    printf '{"host":"127.0.0.1","port":%d,"user":"%s","password":"%s","version":"%s","data":"%s"}\n' \
        "$1" "$2" "$3" "$4" "${folder//\"/\\\"}"
}

# Serves until told to stop, then shuts down fast (SIGINT), and removes what is not kept.
finish() {
    local code=0
    if hold "$1"; then say "the server stopped by itself; see $room/server.log"; code=1; fi
    kill -INT "$1" 2>/dev/null || true
    while kill -0 "$1" 2>/dev/null; do wait "$1" || true; done
    [ -n "$keep" ] || rm -rf "$room"
    exit $code
}

run_psql() {
    install
    exec unshare --mount --propagation private bash -c 'mount --bind "$PWD" "$0/mnt" && exec chroot "$0" sh -c "cd /mnt && exec psql \"\$@\"" psql "$@"' "$root" "${rest[@]}"
}

arguments=(--major "$major" --pool-size "$pool_size" --max-prepared-statements "$max_prepared")
[ -z "$keep" ] || arguments+=(--data "$keep")
[ -z "$bin" ] || arguments+=(--bin "$bin")
for setting in "${settings[@]}"; do arguments+=(--set "$setting"); done
case $command in
    install) install ;;
    make) make_root ;;
    serve) serve postgres ;;
    pgbouncer) serve pgbouncer ;;
    postgres-inner) serve_postgres ;;
    pgbouncer-inner) serve_pgbouncer ;;
    psql) run_psql ;;
    remove) rm -rf "$cache" ;;
    *) usage ;;
esac
