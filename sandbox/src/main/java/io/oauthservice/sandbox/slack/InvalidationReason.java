package io.oauthservice.sandbox.slack;

/** Why a token became invalid before it expired. */
enum InvalidationReason {
    /** The token was revoked. */
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
