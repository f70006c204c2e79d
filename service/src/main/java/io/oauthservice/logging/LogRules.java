package io.oauthservice.logging;

import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/** Installs {@link SecretFilter} and {@link FloodFilter} for all loggers after Spring Boot has configured Logback. */
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
