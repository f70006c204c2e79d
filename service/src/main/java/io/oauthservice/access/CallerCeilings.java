package io.oauthservice.access;

import io.oauthservice.provider.Ceiling;
import io.oauthservice.provider.CeilingSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** The ceilings of callers at all platforms, by the platform's id. */
@Component
class CallerCeilings {

    private final Map<String, CeilingSource> sources;

    CallerCeilings(ObjectProvider<CeilingSource> sources) {
        this.sources = sources.orderedStream()
                .collect(
                        Collectors.toUnmodifiableMap(source -> source.platform().id(), Function.identity()));
    }

    Map<String, Ceiling> ofClient(String name) {
        return collect(source -> source.ofClient(name));
    }

    /** A subject's own ceiling replaces that of its issuer. */
    Map<String, Ceiling> ofJwt(String issuer, String subject) {
        return collect(source -> source.ofSubject(issuer, subject).or(() -> source.ofIssuer(issuer)));
    }

    /** The ids of the platforms that have ceilings. */
    Set<String> platforms() {
        return sources.keySet();
    }

    /** @throws io.oauthservice.startup.SettingException if the ceiling cannot be understood */
    Ceiling parse(String platform, String setting, Map<String, List<String>> items) {
        return Objects.requireNonNull(sources.get(platform)).parse(setting, items);
    }

    private Map<String, Ceiling> collect(Function<CeilingSource, Optional<Ceiling>> find) {
        Map<String, Ceiling> ceilings = new HashMap<>();
        sources.forEach((platform, source) -> find.apply(source).ifPresent(ceiling -> ceilings.put(platform, ceiling)));
        return Map.copyOf(ceilings);
    }
}
