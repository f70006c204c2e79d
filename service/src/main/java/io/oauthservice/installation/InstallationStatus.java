package io.oauthservice.installation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How an installation stands. */
public enum InstallationStatus {
    /** Installed at the provider, and nobody here asked for it. */
    UNCLAIMED,
    /** Asked for; an owner at the provider has to approve. */
    PENDING_APPROVAL,
    /** Has a token. */
    ACTIVE,
    /** Put to sleep at the provider; comes back by itself when it is woken there. */
    SUSPENDED,
    /** The grant is dead; a person has to connect again. */
    NEEDS_RECONNECT,
    /** Ended, by us or by an uninstall at the provider. */
    REVOKED;

    /** The word in tables, answers and events. */
    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<InstallationStatus> of(String word) {
        return Arrays.stream(values())
                .filter(status -> status.word().equals(word))
                .findFirst();
    }
}
