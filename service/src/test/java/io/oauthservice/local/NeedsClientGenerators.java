package io.oauthservice.local;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/** Runs if the generators of API clients are installed; otherwise it is reported as skipped. */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(
        value = "io.oauthservice.local.ClientGenerators#areThere",
        disabledReason = "no generators of API clients: set CLIENT_GENERATORS to what .ci/client-generators prints")
public @interface NeedsClientGenerators {}
