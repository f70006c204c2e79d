package io.oauthservice;

import io.oauthservice.sandbox.Sandbox;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.context.ApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/** Deletes all installations and resets the sandbox before each test of a {@code @ServiceTest}. */
public final class ResetExtension implements BeforeEachCallback {

    @Override
    public void beforeEach(ExtensionContext test) {
        ApplicationContext context = SpringExtension.getApplicationContext(test);
        DatabaseClient database = context.getBean(DatabaseClient.class);
        database.sql("DELETE FROM oauth_states").then().block();
        database.sql("DELETE FROM oauth_flow_results").then().block();
        new Rows(database).clear();
        context.getBean(Sandbox.class).reset();
    }
}
