package io.oauthservice.vault;

/**
 * A table's column of ciphertexts. The feature that owns the table contributes it as a bean, so that its ciphertexts
 * are rewrapped after a key rotation.
 *
 * @param idColumn the name of the column that identifies a row, a UUID; rows without it have no ciphertext
 * @param column the name of the nullable column that holds the ciphertexts
 * @param boundTo the table that the ciphertexts are bound to; usually the same table
 */
public record EncryptedColumn(String table, String idColumn, String column, String boundTo) {

    public TokenVault.Place place(String id) {
        return new TokenVault.Place(boundTo, id, column);
    }

    @Override
    public String toString() {
        return table + "." + column;
    }
}
