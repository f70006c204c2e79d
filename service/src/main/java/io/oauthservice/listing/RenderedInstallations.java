package io.oauthservice.listing;

import io.oauthservice.access.Caller;
import io.oauthservice.audit.LastUse;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** Installations as JSON, rendered once for all callers that see the same. Not thread-safe. */
final class RenderedInstallations {

    private final Map<InstallationId, LastUse> uses;
    private final JsonMapper json;
    private final Map<Key, Optional<String>> rendered = new HashMap<>();

    RenderedInstallations(Map<InstallationId, LastUse> uses, JsonMapper json) {
        this.uses = uses;
        this.json = json;
    }

    /** Empty where the caller may not see it. */
    Optional<String> of(Installation installation, Caller caller, Visibility visibility) {
        return rendered.computeIfAbsent(
                new Key(installation.id(), visibility),
                key -> InstallationView.of(installation, uses.get(installation.id()), caller)
                        .map(json::writeValueAsString));
    }

    private record Key(InstallationId id, Visibility visibility) {}
}
