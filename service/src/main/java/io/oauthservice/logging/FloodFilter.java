package io.oauthservice.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Limits the loggers that requests without credentials can reach to one record per second and kind. The kind of this
 * service's records is their format. A library may build its messages from the request, so that its records are of one
 * kind per logger and level.
 */
final class FloodFilter extends TurboFilter {

    private static final String OWN = "io.oauthservice";
    static final List<String> LIMITED = List.of(
            "io.netty",
            "reactor",
            "com.nimbusds",
            "org.springdoc",
            "org.springframework.http",
            "org.springframework.security",
            "org.springframework.web",
            OWN + ".issuer.IssuerKeys",
            OWN + ".access.JwtCallers",
            OWN + ".install.CallbackController",
            OWN + ".install.InstallStart",
            OWN + ".session.SignInProblems");
    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

    private final Map<String, Long> lastAt = new ConcurrentHashMap<>();
    private final LongSupplier clock;

    FloodFilter() {
        this(System::nanoTime);
    }

    /** @param clock in nanoseconds */
    FloodFilter(LongSupplier clock) {
        this.clock = clock;
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] params,
            @Nullable Throwable t) {
        // Without a format, the caller only asks whether the level is enabled.
        if (format == null
                || !level.isGreaterOrEqual(logger.getEffectiveLevel())
                || !LoggerNames.isWithinAny(logger.getName(), LIMITED)) {
            return FilterReply.NEUTRAL;
        }
        return isFirst(kind(logger.getName(), level, format)) ? FilterReply.NEUTRAL : FilterReply.DENY;
    }

    private static String kind(String name, Level level, String format) {
        return name + ' ' + (LoggerNames.isWithin(name, OWN) ? format : level);
    }

    private boolean isFirst(String kind) {
        long now = clock.getAsLong();
        Long before = lastAt.get(kind);
        if (before == null) {
            return lastAt.putIfAbsent(kind, now) == null;
        }
        return now - before >= INTERVAL && lastAt.replace(kind, before, now);
    }
}
