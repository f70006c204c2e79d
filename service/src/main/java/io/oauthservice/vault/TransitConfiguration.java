package io.oauthservice.vault;

import io.oauthservice.startup.ConditionalOnSettings;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The beans for the transit engine, where its address is set. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnSettings("oauth.vault.transit.address=VAULT_ADDR")
class TransitConfiguration {

    @Bean
    TransitHttp transitHttp(TransitProperties settings) {
        return new TransitHttp(settings);
    }

    @Bean
    TransitSession transitSession(TransitHttp http, TransitProperties settings) {
        return new TransitSession(http, new TransitLogin(settings, http.client()));
    }

    @Bean
    TransitCalls transitCalls(TransitHttp http, TransitSession session, TransitProperties settings) {
        return new TransitCalls(http, session, settings);
    }

    @Bean
    TransitSigner transitSigner(TransitCalls calls) {
        return new TransitSigner(calls);
    }
}
