package io.oauthservice.sandbox.slack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the app stands; a workspace or an organisation has it at most once. */
final class Installations {

    private final Map<String, Installation> byPlace = new LinkedHashMap<>();

    Installations(List<Installation> saved) {
        saved.forEach(this::put);
    }

    List<Installation> saved() {
        return List.copyOf(byPlace.values());
    }

    Installation put(Installation installation) {
        byPlace.put(installation.placeId(), installation);
        return installation;
    }

    void remove(Installation installation) {
        byPlace.remove(installation.placeId());
    }

    @Nullable
    Installation find(String placeId) {
        return byPlace.get(placeId);
    }

    /** The one that a live token comes from. */
    Installation of(Grant grant) {
        Installation found = find(grant.placeId());
        if (found == null) {
            throw new IllegalStateException("A token outlived the app in " + grant.placeId());
        }
        return found;
    }
}
