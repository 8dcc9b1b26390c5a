#!/bin/sh
# Starts the servers that the cases run on, on 127.0.0.1, where nothing listens yet: `servers.sh [postgres] [mysql]`.
# They are Debian's packages, installed where they are missing, with data of their own in a folder for temporary files,
# without passwords and without care for a power cut. `servers.sh stop` ends those that it started.
set -eu

folder=${UNMIGRATE_TEST_SERVERS:-${TMPDIR:-/tmp}/unmigrate-servers}
postgres_port=${UNMIGRATE_TEST_POSTGRES_PORT:-5432}
mysql_port=${UNMIGRATE_TEST_MYSQL_PORT:-3306}

fail() {
  echo "servers.sh: $1" >&2
  exit 1
}

# A package whose program is not there. The service that Debian starts with it would have a password: it is stopped.
need() {
  program=$1 package=$2
  if [ -z "$(find_program "$program")" ]; then
    command -v apt-get >/dev/null || fail "$program is not installed, and there is no apt-get to install $package"
    [ "$(id -u)" = 0 ] || fail "$program is not installed: apt-get install $package"
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >&2
    service "$3" stop >&2 || true
  fi
}

find_program() {
  command -v "$1" || find /usr/lib/postgresql -path "*/bin/$1" 2>/dev/null | sort -V | tail -n 1
}

# Servers refuse to run as root.
as() {
  user=$1
  shift
  if [ "$(id -u)" = 0 ]; then setpriv --reuid="$user" --regid="$user" --init-groups "$@"; else "$@"; fi
}

own() {
  mkdir -p "$1"
  if [ "$(id -u)" = 0 ]; then chown "$2" "$1"; fi
  chmod 755 "$folder"
}

listens() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new("127.0.0.1:'"$1"'")'
}

wait_for() {
  tries=0
  until listens "$1"; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || fail "nothing answers on port $1 after a minute; see $folder"
    sleep 1
  done
}

start_postgres() {
  listens "$postgres_port" && return
  need postgres postgresql postgresql
  data=$folder/postgres
  own "$data" postgres
  [ -e "$data/PG_VERSION" ] || as postgres "$(find_program initdb)" -D "$data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >&2
  as postgres "$(find_program pg_ctl)" -D "$data" -l "$data/log" -w -o "-p $postgres_port -k $data -h 127.0.0.1 -F" start >&2 </dev/null
  wait_for "$postgres_port"
}

start_mysql() {
  listens "$mysql_port" && return
  need mariadbd mariadb-server mariadb
  data=$folder/mysql
  own "$data" mysql
  [ -d "$data/mysql" ] || as mysql mariadb-install-db --no-defaults --datadir="$data" --auth-root-authentication-method=normal >&2
  # A session of its own, and nothing of ours open: who waits for this script's output does not wait for the server.
  as mysql setsid -f mariadbd --no-defaults --datadir="$data" --socket="$data/socket" --pid-file="$data/pid" --log-error="$data/log" \
    --bind-address=127.0.0.1 --port="$mysql_port" --innodb-flush-log-at-trx-commit=0 >/dev/null 2>&1 </dev/null
  wait_for "$mysql_port"
}

stop() {
  if [ -e "$folder/postgres/postmaster.pid" ]; then as postgres "$(find_program pg_ctl)" -D "$folder/postgres" -m fast stop >&2; fi
  if [ -e "$folder/mysql/pid" ]; then kill "$(cat "$folder/mysql/pid")"; fi
}

[ $# -gt 0 ] || set -- postgres mysql
for word in "$@"; do
  case $word in
    postgres) start_postgres ;;
    mysql) start_mysql ;;
    stop) stop ;;
    *) fail "postgres, mysql or stop, not $word" ;;
  esac
done
