#!/usr/bin/env bash
#
# Compares the transit engine with the local keyset: cold token reads at 64 connections, and a rewrap. Everything runs on
# this machine: PostgreSQL, Kafka, the sandbox, a server of OpenBao or HashiCorp Vault (.ci/vault-server finds or installs
# one), two processes of the packaged jar, and wrk. Compare ratios, not absolute figures.
#
#   bench/vault.sh                # BENCH_ROUNDS=3 BENCH_SECONDS=8 BENCH_ROWS=20000
set -euo pipefail
cd "$(dirname "$0")/.."

command -v wrk > /dev/null || { echo "wrk is missing" >&2; exit 1; }
VAULT_BINARY=$(.ci/vault-server)
export VAULT_BINARY
log=$(mktemp)
trap 'rm -f "$log"' EXIT

if ! ./mvnw -B -pl events-schema,sandbox,service verify -Dtest=None -Dit.test=VaultBench \
  -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false -Dspotless.check.skip=true \
  -Dbench.rounds="${BENCH_ROUNDS:-3}" -Dbench.seconds="${BENCH_SECONDS:-8}" -Dbench.rows="${BENCH_ROWS:-20000}" \
  > "$log" 2>&1; then
  tail -n 40 "$log" >&2
  exit 1
fi
sed -n 's/^.*bench  //p' "$log"
