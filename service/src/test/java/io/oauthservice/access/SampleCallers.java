package io.oauthservice.access;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Callers without the fields of the plain contract, without ceilings and without a rate limit. */
public final class SampleCallers {

    private SampleCallers() {}

    /** A caller of these organisations; null: of all. */
    public static Caller caller(
            String name, Set<String> permissions, @Nullable Set<String> organisations, boolean sharedGrants) {
        return new Caller(name, permissions, organisations, sharedGrants, false, Map.of(), null);
    }
}
