package io.oauthservice.logging;

import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/** Puts {@link SecretFilter} and {@link FloodFilter} in front of every logger, once Spring Boot has set up Logback. */
final class LogRules implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

    @Override
    public int getOrder() {
        return LoggingApplicationListener.DEFAULT_ORDER + 1;
    }

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getTurboFilterList()
                    .removeIf(filter -> filter instanceof SecretFilter || filter instanceof FloodFilter);
            context.addTurboFilter(new SecretFilter());
            context.addTurboFilter(new FloodFilter());
        }
    }
}
