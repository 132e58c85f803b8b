# Installs Debian's PostgreSQL in a root file system of its own. Sourced by postgres.sh.
# Uses its variables: command, major, suite, packages, self, cache, installed, root, verbose.
# shellcheck shell=bash disable=SC2154

# Mounts are in a namespace of their own and end with it, so that rm -rf of a home folder never reaches one. The process
# namespace ends every server process when this script is killed with SIGKILL.
alone=(unshare --mount --propagation private --pid --fork --kill-child --mount-proc)

# A user id that no system assigns: no other user owns the server's files, inside the root file system or outside.
server_id=54321

be_root() {
    [ "$(id -u)" = 0 ] || die "$command must run as root, on Debian or Ubuntu"
    "${alone[@]}" true 2>/dev/null || die "root cannot create mount namespaces here. A container needs CAP_SYS_ADMIN"
}

# Writes standard input to log file $1, and to standard error if --verbose was given.
log_to() { if [ -n "$verbose" ]; then tee -a "$1" >&2; else cat >>"$1"; fi; }

# Ends with message $2. The end of log file $1 shows the cause, unless --verbose has shown it already.
die_with_log() {
    [ -n "$verbose" ] || tail -20 "$1" >&2
    die "$2"
}

install() {
    [ ! -d "$installed" ] || return 0
    be_root
    mkdir -p "$cache"
    # Every process of the installation inherits the lock, so it is free only when all of them have ended.
    (
        flock -n 9 || { progress "Waiting for another process to install PostgreSQL $major ..."; flock 9; }
        [ ! -d "$installed" ] || exit 0
        progress "Installing PostgreSQL $major and pgvector (about a minute) ..."
        rm -rf "$installed.making"
        mkdir "$installed.making"
        log=$installed.making/make.log
        if [ ! -e /usr/share/keyrings/debian-archive-keyring.gpg ] || ! command -v debootstrap >/dev/null; then
            command -v apt-get >/dev/null || die "this machine has neither debootstrap nor apt-get"
            { apt-get update && apt-get install -y --no-install-recommends debootstrap debian-archive-keyring; } 2>&1 |
                log_to "$log" || die_with_log "$log" "apt-get could not install debootstrap"
        fi
        "${alone[@]}" bash "$self" make "${arguments[@]}" </dev/null >&2
        mv "$installed.making" "$installed"
    ) 9>"$cache/postgres-$major.lock"
}

# Runs as the first process of its own namespaces.
make_root() {
    installed=$installed.making
    root=$installed/root
    local log=$installed/make.log attempt
    # The index and the files of sid do not match at times, so there are three attempts.
    for attempt in 1 2 3; do
        rm -rf "$root"
        tune_dpkg
        if debootstrap --variant=minbase --include="$packages" "$suite" "$root" 2>&1 | log_to "$log"; then break; fi
        progress "The download failed (attempt $attempt of 3): $(grep -E '^[EW]:' "$log" | sort -u | tail -3 | paste -sd ' ')"
        cat "$root/debootstrap/debootstrap.log" 2>/dev/null | log_to "$log" || true
        [ "$attempt" -lt 3 ] || die_with_log "$log" "the packages $packages could not be installed from Debian $suite"
        sleep $((attempt * 5))
    done
    mkdir -p "$root/data" "$root/dev/shm"
    mount_kernel_file_systems
    [ "$major" != 15 ] || build_pgvector 2>&1 | log_to "$log" || die_with_log "$log" "pgvector did not build"
    rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,info,locale,lintian}/*
    echo "callintel:x:$server_id:$server_id::/data:/bin/sh" >>"$root/etc/passwd"
    echo "callintel:x:$server_id:" >>"$root/etc/group"
    # New clusters are copies of this one: that takes 0.1 s, and initdb takes seconds.
    mkdir "$installed/template"
    data=$installed/template
    enter_root
    create_cluster 2>&1 | log_to "$log" || die_with_log "$log" "initdb failed"
}

# Settings that must exist in the root file system before the first package is installed: no fsync for every file, because a
# failed installation is deleted; no manuals, no default cluster, no started service.
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

# ---- inside the root file system --------------------------------------------------------------------------------------------------------------

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

# The same as enter_root, for programs of the system (--bin).
enter_system() {
    as=(env -i LANG=C.UTF-8 "PATH=$PATH") inside=$data
    if [ "$(id -u)" = 0 ]; then
        local user=nobody
        ! id -u postgres >/dev/null 2>&1 || user=postgres
        chown "$user:" "$data" && chmod 700 "$data"
        # The server's user needs access to the data through the folder of the server.
        [ $$ = 1 ] || chmod 711 "$room"
        as=(--reuid="$user" --regid="$(id -g "$user")" --clear-groups "${as[@]}")
    fi
    if [ $$ = 1 ]; then
        # It has no access through root's home folder either, so in this namespace the data is mounted at /mnt.
        mount --bind "$data" /mnt
        mount -t tmpfs -o mode=1777 shm /dev/shm
        inside=/mnt
        as=(setpriv "${as[@]}")
    else
        # Without namespaces, the kernel sends the server a SIGINT (fast shutdown) when its supervisor is killed.
        as=(setpriv --pdeathsig INT "${as[@]}")
    fi
}

create_cluster() {
    "${as[@]}" "$bin/initdb" -D "$inside" --username=postgres --encoding=UTF8 --locale=C.UTF-8 --auth=reject \
        --no-sync --no-instructions || return
    echo "host all all 127.0.0.1/32 scram-sha-256" >"$data/pg_hba.conf"
    echo "include 'callintel.conf'" >>"$data/postgresql.conf"
    : >"$data/callintel.conf"
}
