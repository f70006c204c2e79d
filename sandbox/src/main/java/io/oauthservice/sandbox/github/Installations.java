package io.oauthservice.sandbox.github;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The installations that stand; an account has at most one. */
final class Installations {

    private final Map<Long, Installation> byId = new LinkedHashMap<>();

    Installations(List<Installation> saved) {
        saved.forEach(this::put);
    }

    List<Installation> saved() {
        return List.copyOf(byId.values());
    }

    Installation put(Installation installation) {
        byId.put(installation.id(), installation);
        return installation;
    }

    void remove(Installation installation) {
        byId.remove(installation.id());
    }

    Collection<Installation> all() {
        return byId.values();
    }

    @Nullable
    Installation find(long id) {
        return byId.get(id);
    }

    @Nullable
    Installation findOn(Account account) {
        return byId.values().stream()
                .filter(installation -> installation.accountId() == account.id())
                .findFirst()
                .orElse(null);
    }
}
