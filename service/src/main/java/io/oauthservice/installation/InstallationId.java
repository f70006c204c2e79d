package io.oauthservice.installation;

import io.oauthservice.core.Uuids;
import java.util.Optional;
import java.util.UUID;

/** The id of an installation: ours, stable across reconnects and reinstalls. */
public record InstallationId(UUID value) {

    /** Empty where the text is no UUID in its usual form. */
    public static Optional<InstallationId> parse(String text) {
        return Uuids.parse(text).map(InstallationId::new);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
