package io.oauthservice.installation;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.core.Platform;
import io.oauthservice.database.ExpiredRows;
import io.oauthservice.database.Sql;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The grants that a flow got and must not store. No flow connects them while they are revoked at the provider: their
 * new tokens may end as well.
 */
@Component
public class RefusedGrants {

    /** Longer than the call that revokes the grant; {@code install.FlowSettingsCheck} limits calls to less. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** A flow that does not store the grant revokes it at the provider. */
    static final String IS_REFUSED = """
            EXISTS (SELECT FROM oauth_refused_grants
                    WHERE platform = :platform AND grant_key = :key AND until > clock_timestamp())
            """;

    /** Another flow may have got the revoked token. It completes within this time. */
    static final String WAS_REFUSED = """
            EXISTS (SELECT FROM oauth_refused_grants
                    WHERE platform = :platform AND grant_key = :key
                      AND until > clock_timestamp() - make_interval(secs => :flow))
            """;

    private static final String REFUSE = """
            INSERT INTO oauth_refused_grants (platform, grant_key, until)
            VALUES (:platform, :key, clock_timestamp() + make_interval(secs => :seconds))
            ON CONFLICT (platform, grant_key) DO UPDATE SET until = EXCLUDED.until
            """;

    private static final String FINISH =
            "UPDATE oauth_refused_grants SET until = clock_timestamp() WHERE platform = :platform AND grant_key = :key";

    private final DatabaseClient database;

    RefusedGrants(DatabaseClient database) {
        this.database = database;
    }

    @Bean
    BackgroundLoop expiredRefusalsLoop() {
        return new ExpiredRows(database, "oauth_refused_grants", "until", Duration.ofHours(1)).job(RefusedGrants.class);
    }

    /**
     * Part of the transaction that has found that the grant is not connected: no flow connects it until the refusal
     * ends.
     */
    Mono<Void> refuse(Platform platform, String grantKey) {
        return statement(REFUSE, platform, grantKey)
                .bind("seconds", Sql.seconds(LONGEST))
                .then();
    }

    /**
     * Ends the refusal of a grant, after it was revoked at the provider: it can be connected again.
     *
     * @see ConnectTerms#onlyConnected
     */
    public Mono<Void> finish(Platform platform, String grantKey) {
        return statement(FINISH, platform, grantKey).then();
    }

    private GenericExecuteSpec statement(String sql, Platform platform, String grantKey) {
        return database.sql(sql).bind("platform", platform.id()).bind("key", grantKey);
    }
}
