package io.oauthservice.provider;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How far a permission goes. Each level includes the levels before it. */
enum AccessLevel {
    READ,
    WRITE,
    ADMIN;

    /** Empty for any other text. */
    static Optional<AccessLevel> of(String code) {
        return Arrays.stream(values())
                .filter(level -> level.code().equals(code))
                .findFirst();
    }

    String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    AccessLevel lower(AccessLevel other) {
        return compareTo(other) < 0 ? this : other;
    }
}
