package io.oauthservice.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.Browser;
import io.oauthservice.OAuthServiceApplication;
import io.oauthservice.Service;
import io.oauthservice.database.ListenerEvent.Received;
import io.oauthservice.local.LocalPgBouncer;
import io.oauthservice.local.NeedsPgBouncer;
import io.oauthservice.local.ServiceStart;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The service on a real PgBouncer in transaction mode, and what an operator reads where one cannot be used. */
@NeedsPgBouncer
@ExtendWith(OutputCaptureExtension.class)
class PgBouncerTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String DROPPED = "extra_float_digits, statement_timeout, lock_timeout";
    private static final String LIMIT = "SET statement_timeout = 5000";
    private static final int READS = 200;

    private static LocalPgBouncer pooler;

    private String database;

    @BeforeAll
    static void startPooler() {
        pooler = LocalPgBouncer.start(DROPPED, LIMIT);
    }

    @AfterAll
    static void stopPooler() {
        pooler.close();
    }

    @BeforeEach
    void createDatabase() throws SQLException {
        database = ServiceStart.database();
    }

    private ConfigurableApplicationContext start(LocalPgBouncer through, String... settings) {
        return ServiceStart.run(
                OAuthServiceApplication.class,
                Stream.concat(
                                Stream.of(settings),
                                Stream.of(
                                        "POSTGRES_DB=" + database,
                                        "POSTGRES_PORT=" + through.port(),
                                        "oauth.tokens.cache-size=0"))
                        .toArray(String[]::new));
    }

    private static String direct() {
        return "POSTGRES_DIRECT_PORT=" + ServiceStart.postgresPort();
    }

    @Test
    void flowsReadsAndNotificationsWork(CapturedOutput output) {
        try (ConfigurableApplicationContext context = start(pooler, direct())) {
            String base = context.getEnvironment().getRequiredProperty("OAUTH_CALLBACK_BASE");
            new Browser().open(base + "/oauth/install/github").choose("9001").press("approve");
            Service service =
                    new Service(WebTestClient.bindToServer().baseUrl(base).build());

            assertThat(statusesOf(service)).containsOnly(200);
            assertThat(isDelivered(context)).isTrue();
        }
        assertThat(output.getAll()).doesNotContain("Notification connection lost", "prepared statement");
    }

    private static Iterable<Integer> statusesOf(Service service) {
        return Flux.range(0, READS)
                .flatMap(
                        i -> Mono.fromCallable(() -> service.token("9001").status())
                                .subscribeOn(Schedulers.boundedElastic()),
                        16)
                .collectList()
                .blockOptional(SOON)
                .orElseThrow();
    }

    /** On the direct connection, what was notified through the pooler. */
    private static boolean isDelivered(ConfigurableApplicationContext context) {
        DatabaseClient pool = context.getBean(DatabaseClient.class);
        return context.getBean(Notifications.class)
                .on("pgbouncer_test")
                .concatMap(notice -> notice instanceof Received
                        ? Mono.just(notice)
                        : pool.sql("SELECT pg_notify('pgbouncer_test', 'hello')")
                                .then()
                                .thenReturn(notice))
                .any(Received.class::isInstance)
                .blockOptional(SOON)
                .orElseThrow();
    }

    @Test
    void withoutADirectAddressTheStartNamesIt() {
        assertThatThrownBy(() -> start(pooler))
                .rootCause()
                .hasMessage("POSTGRES_DIRECT_HOST, POSTGRES_DIRECT_PORT must name PostgreSQL itself: LISTEN delivers"
                        + " nothing on 127.0.0.1:" + pooler.port() + ", as behind a pooler in transaction mode");
    }

    @Test
    void aPoolerThatDropsTheStatementTimeoutIsRejected() {
        try (LocalPgBouncer unlimited = LocalPgBouncer.start(DROPPED, "SELECT 1")) {
            assertThatThrownBy(() -> start(unlimited, direct()))
                    .rootCause()
                    .hasMessageStartingWith("POSTGRES_HOST names a pooler that drops statement_timeout");
        }
    }

    @Test
    void aStartUpParameterThatThePoolerRejectsIsNamed() {
        try (LocalPgBouncer strict = LocalPgBouncer.start("extra_float_digits", LIMIT)) {
            assertThatThrownBy(() -> start(strict, direct()))
                    .rootCause()
                    .hasMessageMatching("POSTGRES_HOST names a pooler that refuses the start-up parameter"
                            + " (statement|lock)_timeout: add it to ignore_startup_parameters there");
        }
    }
}
