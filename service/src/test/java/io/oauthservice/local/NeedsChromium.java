package io.oauthservice.local;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/** Runs if Chromium and its driver are installed; otherwise it is reported as skipped. */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(
        value = "io.oauthservice.local.Chromium#isThere",
        disabledReason = "no chromium and chromedriver on the PATH: install chromium and chromium-driver")
public @interface NeedsChromium {}
