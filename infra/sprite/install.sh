#!/usr/bin/env bash
# Puts the adapter into this sprite and registers it as a service. Run inside the sprite; safe to repeat: the same
# arguments give the same state. The token is read from standard input, so that it is in no argument list and no history.
set -euo pipefail

readonly name=superloop-adapter
readonly socket=${SPRITE_API_SOCKET:-/.sprite/api.sock}

usage() {
  cat >&2 <<'TEXT'
usage: install.sh (--adapter FOLDER | --source FOLDER) --repo R --superloop PATH [--port 8080] [--nudge-url URL] < token

  --adapter    folder of an adapter that was published elsewhere (dotnet publish src/SuperloopAdapter -p:Native=true)
  --source     folder of this project, to publish it from here (needs the .NET SDK): the native one where there is a
               linker, which starts fastest; else the precompiled one
  --repo       repository that holds .superloop
  --superloop  path of superloop.sh
  --port       port that the sprite's address leads to; default 8080
  --nudge-url  the manager's nudge address; its key, if any, is the second line of standard input
TEXT
  exit 2
}

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  exit 1
}

adapter='' source='' repo='' superloop='' port=8080 nudge=''
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || usage
  case $1 in
    --adapter) adapter=$2 ;;
    --source) source=$2 ;;
    --repo) repo=$2 ;;
    --superloop) superloop=$2 ;;
    --port) port=$2 ;;
    --nudge-url) nudge=$2 ;;
    *) usage ;;
  esac
  shift 2
done
if [ -z "$adapter$source" ] || [ -z "$repo" ] || [ -z "$superloop" ]; then usage; fi
if [ -n "$adapter" ] && [ -n "$source" ]; then usage; fi
[[ $port =~ ^[0-9]{1,5}$ ]] || fail '--port is no port'
[ -d "$repo" ] || fail '--repo is no folder'
[ -f "$superloop" ] || fail '--superloop is no file'
[ -z "$adapter" ] || [ -x "$adapter/$name" ] || fail "--adapter holds no executable $name"
[ -z "$source" ] || [ -f "$source/src/SuperloopAdapter/SuperloopAdapter.csproj" ] || fail '--source is no folder of this project'
[ -z "$source" ] || command -v dotnet >/dev/null || fail '--source needs the .NET SDK'
[ -S "$socket" ] || fail "no sprite interface at $socket: this runs inside a sprite"
command -v jq >/dev/null || fail 'jq is needed'
command -v curl >/dev/null || fail 'curl is needed'
repo=$(realpath -- "$repo")
# The runtime looks for its own files beside itself, so a link is followed, unless it leads to another name: by its name the adapter knows it.
target=$(realpath -- "$superloop")
if [ "${target##*/}" = superloop.sh ]; then superloop=$target; else superloop=$(realpath -- "$(dirname -- "$superloop")")/${superloop##*/}; fi
[ "${superloop##*/}" = superloop.sh ] || fail '--superloop must be a file of the name superloop.sh, or a link to one or from one'

IFS= read -r token || [ -n "${token:-}" ] || fail 'the token is expected on standard input'
[ "${#token}" -ge 16 ] || fail 'the token must have at least 16 characters'
key=''
IFS= read -r key || true

# What is published goes to a folder of its own; the build's output of the sources stays where it is.
published=''
trap '[ -z "$published" ] || rm -rf -- "$published" "$published.log"' EXIT
publish() {
  dotnet publish "$source/src/SuperloopAdapter" "-p:$1=true" -o "$published" -v:quiet >"$published.log" 2>&1
}
if [ -n "$source" ]; then
  published=$(mktemp -d)
  if { command -v clang || command -v gcc; } >/dev/null && publish Native; then
    printf 'published: native\n'
  else
    rm -rf -- "$published"
    publish Precompiled || { cat -- "$published.log" >&2; fail 'the adapter could not be published'; }
    printf 'published: precompiled (a native one needs clang or gcc, and the headers of zlib)\n'
  fi
  adapter=$published
fi

# A program for another system, or without its runtime, is found out now and not when the service is started.
build=$("$adapter/$name" version 2>/dev/null | jq -er .build) || fail "the adapter's $name does not run here: it is for another system, or its runtime is missing"

# The program: beside the old one first, then in its place, so that a service that restarts finds the one or the other.
readonly home=${SUPERLOOP_ADAPTER_HOME:-$HOME/.superloop-adapter}
umask 077
mkdir -p -- "$home"
rm -rf -- "$home/program.new"
cp -R -- "$adapter" "$home/program.new"
rm -rf -- "$home/program.old"
if [ -e "$home/program" ]; then mv -- "$home/program" "$home/program.old"; fi
mv -- "$home/program.new" "$home/program"

# Secrets stay in one file that only this user reads: a service's definition can be read by whoever may list services.
printf '%s\n%s\n' "$token" "$key" >"$home/secrets.new"
mv -f -- "$home/secrets.new" "$home/secrets"

# The launcher is constant; what varies are the service's arguments.
cat >"$home/serve.new" <<'LAUNCHER'
#!/usr/bin/env bash
# Arguments: home, repository, superloop.sh, port, nudge address or nothing.
set -euo pipefail
{ IFS= read -r SUPERLOOP_OPS_TOKEN; IFS= read -r SUPERLOOP_NUDGE_KEY || true; } <"$1/secrets"
export SUPERLOOP_OPS_TOKEN
arguments=(serve --repo "$2" --superloop "$3" --listen "0.0.0.0:$4")
if [ -n "${5:-}" ]; then
  arguments+=(--nudge-url "$5")
  if [ -n "${SUPERLOOP_NUDGE_KEY:-}" ]; then
    export SUPERLOOP_NUDGE_KEY
    arguments+=(--nudge-key-env SUPERLOOP_NUDGE_KEY)
  fi
fi
exec "$1/program/superloop-adapter" "${arguments[@]}"
LAUNCHER
chmod 700 "$home/serve.new"
mv -f -- "$home/serve.new" "$home/serve"

# The build that answers at the port and the process it is; nothing when none does. The header is read from a pipe, never from an argument list.
answering() {
  printf 'header = "X-Ops-Token: %s"\n' "$token" | curl -fsS --max-time 2 -K - "http://127.0.0.1:$port/healthz" 2>/dev/null |
    jq -er '"\(.ext.build) \(.ext.instance)"' 2>/dev/null
}
call() {
  curl -fsS --max-time 60 --unix-socket "$socket" -X "$1" -H 'Content-Type: application/json' --data "${3:-}" "http://sprite/v1/services/$name$2" >/dev/null
}

before=$(answering) || before=''
body=$(jq -n --arg cmd "$home/serve" --arg home "$home" --arg repo "$repo" --arg superloop "$superloop" --arg port "$port" --arg nudge "$nudge" \
  '{cmd: $cmd, args: [$home, $repo, $superloop, $port, $nudge], http_port: ($port | tonumber)}')
call PUT '' "$body" || fail 'the service was not accepted'

# A definition that has not changed replaces no process: the program and the secrets are new only to one that is started now. What is stopped
# cannot be restarted.
call POST /restart || call POST /start || fail 'the service was registered but could not be restarted'

# Registered is not running: it counts when the new one answers, and not an old one that still does.
now=''
for _ in $(seq 1 "${SUPERLOOP_INSTALL_TRIES:-50}"); do
  now=$(answering) || now=''
  if [ "${now%% *}" = "$build" ] && [ "$now" != "$before" ]; then
    printf 'installed: %s answers on port %s\n' "$name" "$port"
    exit 0
  fi
  # A new process of another build: waiting makes it no other.
  [ -z "$now" ] || [ "$now" = "$before" ] || break
  sleep 0.2
done
[ -z "$now" ] || fail "the service is registered, but another process than the one installed answers on port $port"
fail "the service is registered but does not answer on port $port"
