package io.oauthservice.provider;

import io.oauthservice.ResetExtension;
import io.oauthservice.local.ServiceTest;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test of the configured providers in one shared Spring context, with short time limits and circuits that stay
 * closed.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ServiceTest(
        properties = {
            "oauth.tokens.cache-size=0",
            "oauth.provider-guard.time-limit=4s",
            "oauth.provider-guard.window=1000",
            "oauth.provider-guard.credentials-check-every=300ms"
        })
@ExtendWith(ResetExtension.class)
public @interface ProviderTest {}
