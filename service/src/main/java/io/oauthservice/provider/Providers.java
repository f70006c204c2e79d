package io.oauthservice.provider;

import io.oauthservice.core.Platform;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** The platforms that are configured, each behind its guard. */
@Component
public class Providers {

    private final Map<String, OAuthProvider> guarded = new TreeMap<>();

    Providers(List<OAuthProvider> providers, ProviderGuards guards, CredentialsStatus credentials) {
        for (OAuthProvider provider : providers) {
            guarded.put(provider.platform().id(), new GuardedProvider(provider, guards, credentials));
        }
    }

    /** Empty where no such platform is configured, whatever the text. */
    public Optional<OAuthProvider> find(String platformId) {
        return Optional.ofNullable(guarded.get(platformId));
    }

    /**
     * The provider of a stored grant.
     *
     * @throws IllegalStateException where a stored grant's platform is no longer configured
     */
    public OAuthProvider get(Platform platform) {
        return find(platform.id())
                .orElseThrow(() -> new IllegalStateException("platform " + platform + " is not configured"));
    }

    /**
     * Why the platform is left alone for a while: it has failed too often, or does not take our own credentials. Empty
     * where it is not.
     */
    public Optional<ProviderException> whyLeftAlone(Platform platform) {
        return get(platform) instanceof GuardedProvider provider
                ? Optional.ofNullable(provider.whyLeftAlone())
                : Optional.empty();
    }

    /** How the platform is, seen from this process. */
    public ProviderHealth health(Platform platform) {
        return get(platform) instanceof GuardedProvider guardedProvider
                ? guardedProvider.health()
                : ProviderHealth.ok();
    }

    /** Every configured platform, by id. */
    public Collection<OAuthProvider> all() {
        return List.copyOf(guarded.values());
    }
}
