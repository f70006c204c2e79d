package io.oauthservice.access;

import org.springframework.stereotype.Component;

/** How callers are named on pages for people. Operators choose these names, not the callers. */
@Component
public class ClientNames {

    private final Clients clients;

    ClientNames(Clients clients) {
        this.clients = clients;
    }

    /**
     * The name to show: the {@code display-name} of an API client; otherwise the caller's name.
     *
     * @param caller the name of a {@link Caller}
     */
    public String displayName(String caller) {
        return clients.current().displayNames().getOrDefault(caller, caller);
    }
}
