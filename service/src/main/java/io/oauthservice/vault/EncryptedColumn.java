package io.oauthservice.vault;

/**
 * A column of ciphertexts, contributed as a bean by the feature that owns the table, so that they can be counted and
 * moved from one key to another.
 *
 * @param table where it is
 * @param row the column of the row's id, a UUID and the primary key
 * @param column the ciphertexts; null where there is none
 * @param boundTo the table whose row and column are bound into the ciphertexts; usually this one
 */
public record EncryptedColumn(String table, String row, String column, String boundTo) {

    public TokenVault.Place place(String id) {
        return new TokenVault.Place(boundTo, id, column);
    }

    @Override
    public String toString() {
        return table + "." + column;
    }
}
