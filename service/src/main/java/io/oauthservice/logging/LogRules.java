package io.oauthservice.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.AppenderAttachable;
import java.util.Iterator;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Installs {@link SecretFilter} and {@link FloodFilter} for all loggers, and a {@link RedactingEncoder} for all
 * appenders, after Spring Boot has configured Logback.
 */
final class LogRules implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

    @Override
    public int getOrder() {
        return LoggingApplicationListener.DEFAULT_ORDER + 1;
    }

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            filter(context);
            context.getLoggerList().forEach(LogRules::redact);
        }
    }

    private static void filter(LoggerContext context) {
        context.getTurboFilterList()
                .removeIf(filter -> filter instanceof SecretFilter || filter instanceof FloodFilter);
        context.addTurboFilter(new SecretFilter());
        context.addTurboFilter(new FloodFilter());
    }

    /** An asynchronous appender has appenders of its own. */
    private static void redact(AppenderAttachable<ILoggingEvent> owner) {
        for (Iterator<Appender<ILoggingEvent>> all = owner.iteratorForAppenders(); all.hasNext(); ) {
            redact(all.next());
        }
    }

    @SuppressWarnings("unchecked")
    private static void redact(Appender<ILoggingEvent> appender) {
        if (appender instanceof OutputStreamAppender<ILoggingEvent> output) {
            Encoder<ILoggingEvent> encoder = output.getEncoder();
            if (!(encoder instanceof RedactingEncoder)) {
                output.setEncoder(new RedactingEncoder(encoder));
            }
        } else if (appender instanceof AppenderAttachable<?> owner) {
            redact((AppenderAttachable<ILoggingEvent>) owner);
        }
    }
}
