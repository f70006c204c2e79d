package io.oauthservice.core;

import java.util.Optional;
import java.util.UUID;

/** UUIDs in requests. */
public final class Uuids {

    /** {@link UUID#fromString} also accepts shorter forms. */
    private static final int LENGTH = 36;

    private Uuids() {}

    /** Empty where the text is no UUID in its usual form. */
    public static Optional<UUID> parse(String text) {
        try {
            return text.length() == LENGTH ? Optional.of(UUID.fromString(text)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
