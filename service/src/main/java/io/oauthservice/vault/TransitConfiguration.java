package io.oauthservice.vault;

import io.oauthservice.startup.ConditionalOnSettings;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The beans for the transit engine, where its address is set. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnSettings("oauth.vault.transit.address=VAULT_ADDR")
class TransitConfiguration {

    @Bean
    VaultHttp vaultHttp(TransitProperties settings) {
        return new VaultHttp(settings);
    }

    @Bean
    VaultSession vaultSession(VaultHttp http, TransitProperties settings) {
        return new VaultSession(http, new VaultLogin(settings, http.client()));
    }

    @Bean
    TransitCalls transitCalls(VaultHttp http, VaultSession session, TransitProperties settings) {
        return new TransitCalls(http, session, settings);
    }

    @Bean
    TransitSigner transitSigner(TransitCalls calls) {
        return new TransitSigner(calls);
    }
}
