package io.oauthservice.installation;

import java.util.Optional;
import java.util.UUID;

/** The id of an installation: ours, stable across reconnects and reinstalls. */
public record InstallationId(UUID value) {

    private static final int LENGTH = 36;

    /** Empty where the text is no UUID in its usual form. */
    public static Optional<InstallationId> parse(String text) {
        try {
            return text.length() == LENGTH ? Optional.of(new InstallationId(UUID.fromString(text))) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
