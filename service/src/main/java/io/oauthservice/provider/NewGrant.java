package io.oauthservice.provider;

import java.util.Set;

/** A grant of a code exchange before it is stored, with whatever else its provider needs to describe it. */
public interface NewGrant {

    OAuthTokens tokens();

    /** The scopes that were requested; empty where permissions belong to the app. */
    Set<String> requestedScopes();
}
