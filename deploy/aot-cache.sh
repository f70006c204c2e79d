#!/bin/sh
#
# Trains the JVM's AOT cache for the extracted application in a directory, and checks that a start uses the cache:
#
#   deploy/aot-cache.sh /app
#
# Fails if the cache cannot be created or is not used, so that no image is built without it. The directory contains
# oauth-service.jar, lib/ and jvm.options; the cache is valid there, for this JVM and for these files only.
set -eu

cd "$1"
app=$(pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
shared='source: shared objects file'
last_class='io\.r2dbc\.postgresql\.client\.ReactorNettyClient'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# There is no database, so the start ends with an expected error where it would connect to one. Most classes are loaded
# by then.
start() {
  "$java" @jvm.options "$@" -Dspring.liquibase.enabled=false -Dspring.context.exit=onRefresh \
    -Doauth.vault.keyset-path="$work/keyset.json" -jar "$app/oauth-service.jar" > "$work/start.log" 2>&1 || true
}

fail() {
  cat "$work/start.log" >&2
  echo "aot-cache.sh: $*" >&2
  exit 1
}

rm -f app.aot
start -XX:AOTCacheOutput="$app/app.aot"
[ -s app.aot ] || fail "the training run has left no cache"
chmod 0644 app.aot
echo "-XX:AOTCache=$app/app.aot" >> jvm.options

# AOTMode=on: without the cache the JVM refuses to start instead of printing a warning.
start -XX:AOTMode=on -Xlog:class+load:file="$work/loaded.log"
[ -s "$work/loaded.log" ] || fail "the cache cannot be used"
all=$(grep -c 'source:' "$work/loaded.log" || true)
cached=$(grep -c "$shared" "$work/loaded.log" || true)
[ $((cached * 10)) -ge $((all * 8)) ] || fail "only $cached of $all classes come from the cache"
grep -q "$last_class $shared" "$work/loaded.log" || fail "the training run has ended before it connected to the database"
! grep '^WARNING:' "$work/start.log" || fail "the JVM warns at the start"
echo "The AOT cache is used: $cached of $all classes come from it"
