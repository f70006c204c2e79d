package io.oauthservice.sandbox.slack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Scopes in the order in which they were granted; Slack separates them by commas, both ways. */
record Scopes(List<String> names) {

    static final Scopes NONE = new Scopes(List.of());

    /** Parses the scopes of a query; null is none. */
    static Scopes parse(@Nullable String commaSeparated) {
        return commaSeparated == null
                ? NONE
                : new Scopes(List.copyOf(new LinkedHashSet<>(Arrays.asList(commaSeparated.split(",", -1)))));
    }

    boolean none() {
        return names.isEmpty();
    }

    boolean has(String scope) {
        return names.contains(scope);
    }

    /** The scopes that do not exist at Slack for this kind of token. */
    Scopes beyond(Set<String> known) {
        return only(scope -> !known.contains(scope));
    }

    Scopes only(Predicate<String> which) {
        return new Scopes(names.stream().filter(which).toList());
    }

    /** These scopes and more; Slack never removes scopes. */
    Scopes and(Scopes more) {
        Set<String> all = new LinkedHashSet<>(names);
        all.addAll(more.names);
        return new Scopes(new ArrayList<>(all));
    }

    String commaSeparated() {
        return String.join(",", names);
    }
}
