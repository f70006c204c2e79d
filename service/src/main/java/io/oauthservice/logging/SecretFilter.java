package io.oauthservice.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Permits records below INFO only for loggers that print no request, response or parameter. Libraries print tokens,
 * codes and headers at DEBUG and TRACE, and a release may add such records. Therefore the permitted loggers are listed.
 */
final class SecretFilter extends TurboFilter {

    private static final List<String> PERMITTED = List.of(
            "io.oauthservice",
            "org.apache.kafka",
            "org.springframework.beans",
            "org.springframework.boot.autoconfigure",
            "org.springframework.boot.context",
            "org.springframework.context",
            "org.springframework.kafka",
            "org.springframework.scheduling");

    /** Logs the URL of failed requests at WARN and ERROR too. ProblemHandler logs these failures without the query. */
    private static final String URL_LOGGER = "org.springframework.web.server.adapter.HttpWebHandlerAdapter";

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
        boolean allowed = level.isGreaterOrEqual(Level.INFO)
                ? !name.equals(URL_LOGGER)
                : LoggerNames.isWithinAny(name, PERMITTED);
        return allowed ? FilterReply.NEUTRAL : FilterReply.DENY;
    }
}
