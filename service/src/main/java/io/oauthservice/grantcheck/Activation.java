package io.oauthservice.grantcheck;

import io.oauthservice.grant.GrantCipher;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.UnclaimedInstallations;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.Providers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Makes an installation active that needs no consent: its platform creates a token for the installation itself. */
@Component
public class Activation {

    private static final Logger log = LoggerFactory.getLogger(Activation.class);

    private final UnclaimedInstallations unclaimed;
    private final Providers providers;
    private final GrantCipher cipher;

    Activation(UnclaimedInstallations unclaimed, Providers providers, GrantCipher cipher) {
        this.unclaimed = unclaimed;
        this.providers = providers;
        this.cipher = cipher;
    }

    /**
     * Gets a first token, and makes the installation active with it. Empty where the installation has changed
     * meanwhile; fails with a {@link io.oauthservice.provider.ProviderException} where there is no token.
     */
    public Mono<Installation> activate(Installation seen) {
        return Mono.defer(() -> activate(seen, providers.get(seen.platform()), false));
    }

    /** Activates an installation because a caller claims it. Empty and failed as {@link #activate(Installation)}. */
    public Mono<Installation> claim(Installation seen) {
        return Mono.defer(() -> activate(seen, providers.get(seen.platform()), true));
    }

    private Mono<Installation> activate(Installation seen, GuardedProvider provider, boolean claimed) {
        return cipher.checkEncryption()
                .then(provider.refreshTokens(seen.grantWithoutTokens()))
                .flatMap(tokens -> cipher.encrypt(seen.id(), tokens, provider.refreshRules(seen.grantWithoutTokens())))
                .flatMap(encrypted -> unclaimed.activate(seen, encrypted, provider.registration(), claimed))
                .doOnNext(active -> log.info(
                        "Installation activated: platform={} installation={} org={} previous_status={}",
                        active.platform(),
                        active.id(),
                        active.externalOrgId(),
                        seen.status().code()));
    }
}
