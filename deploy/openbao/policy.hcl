# The permissions of the OAuth Service in OpenBao or HashiCorp Vault. It cannot read, create, rotate or delete a key. An
# attacker in the service can decrypt stored values while the access lasts, but cannot copy the key.

# "update" without "create": a missing key has to be an error, not a new key.
path "transit/encrypt/oauth-service" {
  capabilities = ["update"]
}

path "transit/decrypt/oauth-service" {
  capabilities = ["update"]
}

path "transit/rewrap/oauth-service" {
  capabilities = ["update"]
}

# Signs GitHub's App JWT (GITHUB_PRIVATE_KEY_IN_VAULT=github-app).
path "transit/sign/github-app/sha2-256" {
  capabilities = ["update"]
}

# Its own token: read its lifetime, renew it, revoke it.
path "auth/token/lookup-self" {
  capabilities = ["read"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

path "auth/token/revoke-self" {
  capabilities = ["update"]
}
