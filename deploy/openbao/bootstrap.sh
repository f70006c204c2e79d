#!/bin/sh
#
# Creates in OpenBao or HashiCorp Vault what the OAuth Service needs: the transit engine, the key, the policies beside this
# file, and an AppRole. Prints the service's settings, with a new secret id each time. Existing keys are not changed. Needs
# a token with these permissions in BAO_TOKEN or VAULT_TOKEN: the initial root token, which you revoke afterwards, or an
# administrator's.
#
#   BAO=vault deploy/openbao/bootstrap.sh      # with HashiCorp Vault's program
#   SECRET_ID_TTL=168h                         # how long a secret id is valid; 0: no expiry
set -eu

bao=${BAO:-bao}
here=$(dirname "$0")

if ! "$bao" secrets list | grep -q '^transit/'; then
  "$bao" secrets enable -path=transit transit > /dev/null
fi

# derived: each ciphertext is bound to its column and row. Without it the service refuses to start.
if ! "$bao" read transit/keys/oauth-service > /dev/null 2>&1; then
  "$bao" write transit/keys/oauth-service type=aes256-gcm96 derived=true > /dev/null
fi

"$bao" policy write oauth-service "$here/policy.hcl" > /dev/null
"$bao" policy write oauth-service-renewal "$here/renewal-policy.hcl" > /dev/null

if ! "$bao" auth list | grep -q '^approle/'; then
  "$bao" auth enable approle > /dev/null
fi
# A secret id expires after this time, a stolen one too; new-secret-id.sh issues the next one before.
"$bao" write auth/approle/role/oauth-service secret_id_ttl="${SECRET_ID_TTL:-720h}" \
  token_policies=oauth-service token_no_default_policy=true token_ttl=1h token_max_ttl=24h > /dev/null

echo "VAULT_ROLE_ID=$("$bao" read -field=role_id auth/approle/role/oauth-service/role-id)"
echo "VAULT_SECRET_ID=$("$bao" write -f -field=secret_id auth/approle/role/oauth-service/secret-id)"
