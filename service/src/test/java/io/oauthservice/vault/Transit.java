package io.oauthservice.vault;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The service's own client of a key service, without the rest of the service. */
final class Transit implements AutoCloseable {

    static final String KEY = "oauth-service";

    private final TransitSession session;
    private final TransitCalls calls;
    private final TransitProperties settings;

    private Transit(TransitProperties settings) {
        this.settings = settings;
        TransitHttp http = new TransitHttp(settings);
        this.session = new TransitSession(http, new TransitLogin(settings, http.client()));
        this.calls = new TransitCalls(http, session, settings);
        calls.bindTo(new SimpleMeterRegistry());
    }

    /** @param settings by their names below {@code oauth.vault.transit} */
    static Transit to(String address, Map<String, String> settings) {
        return new Transit(settings(address, settings));
    }

    static TransitProperties settings(String address, Map<String, String> settings) {
        Map<String, String> all = new LinkedHashMap<>();
        // A busy machine may be slow.
        all.put("oauth.vault.transit.time-limit", "10s");
        settings.forEach((name, value) -> all.put("oauth.vault.transit." + name, value));
        all.put("oauth.vault.transit.address", address);
        return new Binder(new MapConfigurationPropertySource(all))
                .bindOrCreate("oauth.vault.transit", TransitProperties.class);
    }

    TransitVault vault() {
        return new TransitVault(calls, settings.key());
    }

    TransitCalls calls() {
        return calls;
    }

    @Override
    public void close() {
        session.close();
    }
}
