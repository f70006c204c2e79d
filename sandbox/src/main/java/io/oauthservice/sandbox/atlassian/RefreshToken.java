package io.oauthservice.sandbox.atlassian;

/**
 * A refresh token; whether it is alive is for its family to say.
 *
 * @param hash the token's SHA-256
 */
record RefreshToken(String hash, long familyId, int generation) {}
