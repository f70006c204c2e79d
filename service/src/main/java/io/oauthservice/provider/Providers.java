package io.oauthservice.provider;

import io.oauthservice.core.Platform;
import io.oauthservice.provider.ProviderException.Misconfigured;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** The configured platforms. */
@Component
public class Providers {

    private final Map<String, GuardedProvider> byId = new TreeMap<>();

    Providers(List<OAuthProvider> providers, ProviderGuards guards, CredentialsStatus credentials) {
        for (OAuthProvider provider : providers) {
            byId.put(provider.description().platform().id(), new GuardedProvider(provider, guards, credentials));
        }
    }

    /** Empty where no such platform is configured, whatever the text. */
    public Optional<GuardedProvider> find(String platformId) {
        return Optional.ofNullable(byId.get(platformId));
    }

    /**
     * The provider of a stored grant.
     *
     * @throws Misconfigured with the code {@link Misconfigured#NOT_CONFIGURED} where a stored grant's platform is no
     *     longer configured
     */
    public GuardedProvider get(Platform platform) {
        return find(platform.id())
                .orElseThrow(() -> new Misconfigured(
                        Misconfigured.NOT_CONFIGURED, "The platform " + platform + " is not configured"));
    }

    /** Every configured platform, by id. */
    public Collection<GuardedProvider> all() {
        return List.copyOf(byId.values());
    }
}
