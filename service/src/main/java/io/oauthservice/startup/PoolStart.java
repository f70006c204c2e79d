package io.oauthservice.startup;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Waits until the pool has a connection, and rejects one without a statement timeout. */
final class PoolStart {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private PoolStart() {}

    static void await(ConnectionFactory pool) {
        String limit = DatabaseFailures.await(() ->
                Objects.requireNonNull(Mono.usingWhen(pool.create(), PoolStart::statementTimeout, Connection::close)
                        .timeout(LIMIT)
                        .block()));
        if (limit.equals("0")) {
            throw new SettingException(
                    "POSTGRES_HOST",
                    "names a pooler that drops statement_timeout: set it there by connect_query, or for the role");
        }
    }

    private static Mono<String> statementTimeout(Connection connection) {
        return Flux.from(connection.createStatement("SHOW statement_timeout").execute())
                .flatMap((Result result) -> result.map(row -> Objects.requireNonNull(row.get(0, String.class))))
                .single();
    }
}
