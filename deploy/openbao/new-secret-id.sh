#!/bin/sh
#
# Prints a new secret id of the OAuth Service's AppRole. Earlier ones stay valid until they expire. Needs the renewal token
# (docs/operations.md, "With OpenBao") in BAO_TOKEN or VAULT_TOKEN, and renews that token too.
set -eu

bao=${BAO:-bao}
"$bao" token renew > /dev/null
"$bao" write -f -field=secret_id auth/approle/role/oauth-service/secret-id
