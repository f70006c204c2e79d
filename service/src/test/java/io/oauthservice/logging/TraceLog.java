package io.oauthservice.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * Every logger at TRACE, written with and without redaction; afterwards levels, filters and appenders are as before.
 */
final class TraceLog implements AutoCloseable {

    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Map<Logger, Level> levels = new HashMap<>();
    private final List<TurboFilter> filters = List.copyOf(context.getTurboFilterList());
    private final List<Appender<ILoggingEvent>> appenders = new ArrayList<>();
    private final ByteArrayOutputStream redacted = new ByteArrayOutputStream();
    private final ByteArrayOutputStream raw = new ByteArrayOutputStream();

    /** @param filtered whether the filters that LogRules installs are active */
    TraceLog(boolean filtered) {
        // The console would get megabytes.
        root.iteratorForAppenders().forEachRemaining(appenders::add);
        appenders.forEach(root::detachAppender);
        root.addAppender(appender(new RedactingEncoder(encoder()), redacted));
        root.addAppender(appender(encoder(), raw));
        if (!filtered) {
            context.getTurboFilterList()
                    .removeIf(filter -> filter instanceof SecretFilter || filter instanceof FloodFilter);
        }
        for (Logger logger : List.copyOf(context.getLoggerList())) {
            if (logger.getLevel() != null) {
                levels.put(logger, logger.getLevel());
                logger.setLevel(Level.TRACE);
            }
        }
    }

    private Encoder<ILoggingEvent> encoder() {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%level %logger %msg%n%ex{full}");
        encoder.start();
        return encoder;
    }

    private Appender<ILoggingEvent> appender(Encoder<ILoggingEvent> encoder, ByteArrayOutputStream bytes) {
        OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.setOutputStream(bytes);
        appender.start();
        return appender;
    }

    /** What the service's appenders would write. */
    String redacted() {
        return redacted.toString(StandardCharsets.UTF_8);
    }

    /** The same without redaction. */
    String raw() {
        return raw.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        levels.forEach(Logger::setLevel);
        List<Appender<ILoggingEvent>> own = new ArrayList<>();
        root.iteratorForAppenders().forEachRemaining(own::add);
        own.forEach(root::detachAppender);
        appenders.forEach(root::addAppender);
        context.getTurboFilterList().clear();
        filters.forEach(context::addTurboFilter);
    }
}
