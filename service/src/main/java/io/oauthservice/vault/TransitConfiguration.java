package io.oauthservice.vault;

import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** The beans for the transit engine, where its address is set. */
@Configuration(proxyBeanMethods = false)
@Conditional(TransitConfiguration.AddressIsSet.class)
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

    /** Set and not empty: containers often pass variables without a value. */
    static final class AddressIsSet extends SpringBootCondition {

        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            String address = context.getEnvironment().getProperty("oauth.vault.transit.address");
            return new ConditionOutcome(TransitProperties.isSet(address), "VAULT_ADDR");
        }
    }
}
