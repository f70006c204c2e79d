# All that the OAuth Service needs in OpenBao or HashiCorp Vault, and nothing more. It cannot read a key, make one, rotate
# one or delete one: whoever breaks into the service opens what it stores as long as they are there, and takes no key away.

# "update" and never "create": a missing key has to be an error, not a new key.
path "transit/encrypt/oauth-service" {
  capabilities = ["update"]
}

path "transit/decrypt/oauth-service" {
  capabilities = ["update"]
}

path "transit/rewrap/oauth-service" {
  capabilities = ["update"]
}

# Where GitHub's App JWT is signed there (GITHUB_PRIVATE_KEY_IN_VAULT=github-app).
path "transit/sign/github-app/sha2-256" {
  capabilities = ["update"]
}

# Its own login: how long it lasts, longer, and over.
path "auth/token/lookup-self" {
  capabilities = ["read"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

path "auth/token/revoke-self" {
  capabilities = ["update"]
}
