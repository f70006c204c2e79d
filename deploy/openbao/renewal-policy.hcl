# Renews the service's secret id (new-secret-id.sh), and nothing else. It cannot use the key.
path "auth/approle/role/oauth-service/secret-id" {
  capabilities = ["update"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}
