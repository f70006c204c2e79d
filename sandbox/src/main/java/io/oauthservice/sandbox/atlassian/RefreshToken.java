package io.oauthservice.sandbox.atlassian;

/**
 * A refresh token. Its family decides whether it is valid.
 *
 * @param hash the token's SHA-256
 */
record RefreshToken(String hash, long familyId, int generation) {}
