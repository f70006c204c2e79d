# Issues new secret ids for the service (new-secret-id.sh) and renews itself. It cannot use the key.
path "auth/approle/role/oauth-service/secret-id" {
  capabilities = ["update"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}
