package io.oauthservice.local;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/** Runs if PgBouncer is installed; otherwise it is reported as skipped. */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(
        value = "io.oauthservice.local.LocalPgBouncer#isThere",
        disabledReason = "no pgbouncer on the PATH: install the package of that name")
public @interface NeedsPgBouncer {}
