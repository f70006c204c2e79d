package io.oauthservice;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** Everything that is logged while it is open, stack traces included; afterwards the levels are as before. */
public final class LogCapture implements AutoCloseable {

    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Map<Logger, Level> levels = new HashMap<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();

    private LogCapture() {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%level %logger %msg%n%ex{full}");
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.setOutputStream(bytes);
        appender.start();
        root.addAppender(appender);
    }

    /** At the levels that are set. */
    public static LogCapture start() {
        return new LogCapture();
    }

    /** With every logger at TRACE, its own level and that of each ancestor overridden. */
    public static LogCapture ofEverything() {
        LogCapture capture = new LogCapture();
        // The console would get megabytes.
        for (Logger logger : List.copyOf(capture.context.getLoggerList())) {
            if (logger.getLevel() != null) {
                capture.levels.put(logger, logger.getLevel());
                logger.setLevel(Level.TRACE);
            }
        }
        return capture;
    }

    public String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        levels.forEach(Logger::setLevel);
        root.detachAppender(appender);
        appender.stop();
    }
}
