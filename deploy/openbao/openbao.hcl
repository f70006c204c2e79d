# OpenBao as docker-compose.yml runs it: one server, with its data on the volume.
storage "raft" {
  path    = "/openbao/file"
  node_id = "openbao"
}

listener "tcp" {
  address = "0.0.0.0:8200"
  # Inside the compose network only. A separate server needs a certificate here, and VAULT_ADDR with https.
  tls_disable = true
}

api_addr     = "http://openbao:8200"
cluster_addr = "http://127.0.0.1:8201"
