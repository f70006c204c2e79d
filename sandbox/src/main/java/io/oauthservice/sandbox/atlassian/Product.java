package io.oauthservice.sandbox.atlassian;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** What a site runs; a scope belongs to one of them, or to the person ({@code read:me}). */
enum Product {
    JIRA,
    CONFLUENCE;

    static final List<Product> ALL = List.of(values());

    /** The name in scopes and settings. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean covers(String scope) {
        return scope.contains(word());
    }

    List<String> of(Collection<String> scopes) {
        return scopes.stream().filter(this::covers).toList();
    }
}
