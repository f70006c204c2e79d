package io.oauthservice.access;

import io.oauthservice.provider.Ceiling;
import io.oauthservice.provider.CeilingSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** The ceilings of callers at all platforms, by the platform's id. */
@Component
class CallerCeilings {

    private final List<CeilingSource> sources;

    CallerCeilings(ObjectProvider<CeilingSource> sources) {
        this.sources = sources.orderedStream().toList();
    }

    Map<String, Ceiling> ofClient(String name) {
        return collect(source -> source.ofClient(name));
    }

    /** A subject's own ceiling replaces that of its issuer. */
    Map<String, Ceiling> ofJwt(String issuer, String subject) {
        return collect(source -> source.ofSubject(issuer, subject).or(() -> source.ofIssuer(issuer)));
    }

    private Map<String, Ceiling> collect(Function<CeilingSource, Optional<Ceiling>> find) {
        Map<String, Ceiling> ceilings = new HashMap<>();
        for (CeilingSource source : sources) {
            find.apply(source)
                    .ifPresent(ceiling -> ceilings.put(source.platform().id(), ceiling));
        }
        return Map.copyOf(ceilings);
    }
}
