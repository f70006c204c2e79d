package io.oauthservice.installation;

/**
 * The grant cannot be connected now: a revocation is in progress at the provider, and may end the new grant as well.
 */
public final class RevocationInProgressException extends RuntimeException {

    RevocationInProgressException() {
        super("A revocation of this grant is in progress at the provider");
    }
}
