package io.oauthservice.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Below INFO only loggers known to print no request, answer or parameter may log. Libraries print tokens, codes and
 * headers at DEBUG and TRACE, and each release may add a place; so the harmless loggers are listed, not the others.
 */
final class SecretFilter extends TurboFilter {

    private static final List<String> HARMLESS = List.of(
            "io.oauthservice",
            "org.apache.kafka",
            "org.springframework.beans",
            "org.springframework.boot.autoconfigure",
            "org.springframework.boot.context",
            "org.springframework.context",
            "org.springframework.kafka",
            "org.springframework.scheduling");

    /** Logs the whole URL of a failed request, at WARN and ERROR too; the service's own handler reports the failure. */
    private static final String PRINTS_URLS = "org.springframework.web.server.adapter.HttpWebHandlerAdapter";

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] params,
            @Nullable Throwable t) {
        if (!level.isGreaterOrEqual(logger.getEffectiveLevel())) {
            return FilterReply.NEUTRAL;
        }
        String name = logger.getName();
        boolean allowed = level.isGreaterOrEqual(Level.INFO) ? !name.equals(PRINTS_URLS) : isHarmless(name);
        return allowed ? FilterReply.NEUTRAL : FilterReply.DENY;
    }

    private static boolean isHarmless(String name) {
        for (String harmless : HARMLESS) {
            if (LoggerNames.isWithin(name, harmless)) {
                return true;
            }
        }
        return false;
    }
}
