package io.oauthservice.provider;

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

    Providers(List<OAuthProvider> providers, ProviderGuards guards) {
        for (OAuthProvider provider : providers) {
            guarded.put(provider.platform().id(), new GuardedProvider(provider, guards.of(provider.platform())));
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

    /** Whether the platform has failed so often that it is left alone for a while. */
    public boolean isLeftAlone(Platform platform) {
        return get(platform) instanceof GuardedProvider guardedProvider && guardedProvider.isOpen();
    }

    /** Every configured platform, by id. */
    public Collection<OAuthProvider> all() {
        return List.copyOf(guarded.values());
    }
}
