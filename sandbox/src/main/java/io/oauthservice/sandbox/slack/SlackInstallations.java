package io.oauthservice.sandbox.slack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The installations of the app; a workspace or organisation has at most one. */
final class SlackInstallations {

    private final Map<String, SlackInstallation> byPlace = new LinkedHashMap<>();

    SlackInstallations(List<SlackInstallation> saved) {
        saved.forEach(this::put);
    }

    List<SlackInstallation> saved() {
        return List.copyOf(byPlace.values());
    }

    SlackInstallation put(SlackInstallation installation) {
        byPlace.put(installation.placeId(), installation);
        return installation;
    }

    void remove(SlackInstallation installation) {
        byPlace.remove(installation.placeId());
    }

    @Nullable
    SlackInstallation find(String placeId) {
        return byPlace.get(placeId);
    }

    /** The installation of a valid token. */
    SlackInstallation of(SlackGrant grant) {
        SlackInstallation found = find(grant.placeId());
        if (found == null) {
            throw new IllegalStateException("A token outlived the app in " + grant.placeId());
        }
        return found;
    }
}
