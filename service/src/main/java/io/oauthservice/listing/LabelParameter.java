package io.oauthservice.listing;

import io.oauthservice.installation.InvalidLabelException;
import io.oauthservice.installation.LabelFilter;
import java.util.List;
import java.util.Set;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** The query parameter {@code label}. Spring would split its values at commas. */
final class LabelParameter {

    static final Set<String> REPEATABLE = Set.of("label");

    private LabelParameter() {}

    /** Selects everything where the parameter is absent; throws {@link InvalidLabelException}. */
    static LabelFilter parse(ServerHttpRequest http) {
        return LabelFilter.parse(http.getQueryParams().getOrDefault("label", List.of()).stream()
                .map(label -> label == null ? "" : label)
                .toList());
    }
}
