package io.oauthservice.sandbox.slack;

/** Why a token is dead before its time. */
enum InvalidationReason {
    /** Somebody revoked it. */
    REVOKED,
    /** A later one took its place. */
    SUPERSEDED,
    /** The app was removed. */
    UNINSTALLED;

    String violation(String token) {
        return switch (this) {
            case REVOKED -> token + "_revoked";
            case SUPERSEDED -> token + "_superseded";
            case UNINSTALLED -> "app_uninstalled";
        };
    }
}
