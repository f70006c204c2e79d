package io.oauthservice.provider;

/** A provider that can end some grants by the id of their installation alone. */
public interface RevocationByInstallation {

    /**
     * Whether {@link OAuthProvider#revokeTokens} ends such a grant without a token, if the id of its installation is
     * known. Without this capability the result is {@code false}.
     */
    boolean revokesByInstallation(Grant grant);
}
