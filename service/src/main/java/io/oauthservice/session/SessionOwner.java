package io.oauthservice.session;

import java.util.List;

/** Who has opened a session. */
sealed interface SessionOwner {

    /**
     * Anyone with this API key.
     *
     * @param sha256 in hex
     */
    record ApiKey(String sha256) implements SessionOwner {}

    /**
     * A person who has signed in at the OpenID provider.
     *
     * @param issuer the provider
     * @param subject the provider's id of the person
     * @param roles the configured roles that the person had at sign-in
     * @param displayName the name to show
     */
    record Person(String issuer, String subject, List<String> roles, String displayName) implements SessionOwner {

        public Person {
            roles = List.copyOf(roles);
        }
    }
}
