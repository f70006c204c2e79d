package io.oauthservice.startup;

import java.sql.SQLException;
import liquibase.exception.LiquibaseException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Reports in one line which setting prevents the start. */
@Order(Ordered.HIGHEST_PRECEDENCE)
class StartFailures implements FailureAnalyzer {

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SettingException setting) {
                return analysis(setting.getMessage() + "", failure);
            }
            if (cause instanceof LiquibaseException && DatabaseFailures.hasCause(cause, SQLException.class)) {
                return analysis(DatabaseFailures.asSetting(cause).getMessage() + "", failure);
            }
            if (cause instanceof PortInUseException port) {
                return analysis("PORT or MANAGEMENT_PORT: port " + port.getPort() + " is in use", failure);
            }
        }
        return null;
    }

    private static FailureAnalysis analysis(String description, Throwable failure) {
        return new FailureAnalysis(description, "Correct the setting and start again.", failure);
    }
}
