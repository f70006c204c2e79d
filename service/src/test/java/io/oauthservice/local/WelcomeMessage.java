package io.oauthservice.local;

import java.net.URI;

/** The text that is printed when everything is ready: addresses, key, and what to try first. */
final class WelcomeMessage {

    static final String TOPIC = "oauth.installation-events";

    private WelcomeMessage() {}

    static String text(LaptopSettings settings, URI sandbox) {
        return """

                OAuth Service is ready.

                  Page         %1$s/
                  Swagger UI   %1$s/swagger-ui.html
                  Health       http://127.0.0.1:%2$d/actuator/health
                  Sandbox      %3$s/
                  Kafka        %4$s, topic %5$s
                  PostgreSQL   %6$s
                  API key      %7$s (every permission)
                  Data         %8$s

                Try next:
                  1. Open %1$s/ and connect a platform
                  2. curl -H 'Authorization: Bearer %7$s' '%1$s/oauth/installations'
                  3. curl -H 'Authorization: Bearer %7$s' '%1$s/oauth/token/github?org_id=9001'

                Events appear below as they are published. Ctrl-C stops everything.
                """.formatted(
                        settings.callbackBase(),
                        settings.managementPort(),
                        sandbox,
                        settings.bootstrap(),
                        TOPIC,
                        postgres(settings),
                        LocalProperties.API_KEY,
                        settings.directory() + " (OAUTH_LOCAL_RESET=true starts over)");
    }

    private static String postgres(LaptopSettings settings) {
        return settings.postgresHost() == null
                ? "postgresql://%s:%s@127.0.0.1:%d/%s"
                        .formatted(
                                LocalPostgres.USER,
                                LocalPostgres.PASSWORD,
                                settings.postgresPort(),
                                LaptopSettings.DATABASE)
                : settings.postgresHost() + " (POSTGRES_HOST)";
    }
}
