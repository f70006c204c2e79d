package io.oauthservice.install;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.database.ExpiredRows;
import io.oauthservice.database.Sql;
import io.oauthservice.installation.FlowLife;
import io.oauthservice.vault.TokenVault;
import io.oauthservice.vault.TokenVault.Place;
import io.r2dbc.spi.Readable;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The states of pending flows: stored as hashes, valid for ten minutes, single-use and bound to one browser. */
@Component
class States {

    private static final String PUT = """
            INSERT INTO oauth_states (state, platform, code_verifier, redirect_uri, browser_binding,
                return_to, requested_by, link_id, opener_origin, expires_at)
            VALUES (:state, :platform, :verifier, :redirectUri, :browser, :returnTo, :requestedBy, :link, :openerOrigin,
                clock_timestamp() + make_interval(secs => :life))
            """;

    /**
     * Single-use by construction; another browser cannot consume it. The flow's own browser may get the result again.
     */
    private static final String TAKE = """
            WITH taken AS (
                DELETE FROM oauth_states
                WHERE state = :state AND platform = :platform
                  AND browser_binding = CASE WHEN link_id IS NULL THEN :browser ELSE :linkedBrowser END
                  AND expires_at > clock_timestamp()
                RETURNING *),
            result AS (
                INSERT INTO oauth_flow_results (state, platform, browser_binding, expires_at)
                SELECT state, platform, :browser, clock_timestamp() + interval '2 minutes' FROM taken)
            SELECT state, code_verifier, redirect_uri, return_to, requested_by, link_id, opener_origin FROM taken
            """;

    private final DatabaseClient database;
    private final TokenVault vault;

    States(DatabaseClient database, TokenVault vault) {
        this.database = database;
        this.vault = vault;
    }

    @Bean
    BackgroundLoop expiredStatesLoop() {
        return new ExpiredRows(database, "oauth_states", "expires_at", Duration.ZERO).job(States.class);
    }

    Mono<Void> put(Secret state, Platform platform, Secret browser, PendingFlow flow) {
        String hash = state.sha256();
        return encrypt(hash, flow.codeVerifier())
                .singleOptional()
                .flatMap(verifier -> database.sql(PUT)
                        .bind("state", hash)
                        .bind("platform", platform.id())
                        .bind("verifier", Sql.nullable(String.class, verifier.orElse(null)))
                        .bind("redirectUri", flow.redirectUri().toString())
                        .bind("browser", (flow.link() == null ? browser : bindToLink(browser)).sha256())
                        .bind("returnTo", Sql.nullable(String.class, flow.returnTo()))
                        .bind("requestedBy", Sql.nullable(String.class, flow.requestedBy()))
                        .bind("link", Sql.nullable(UUID.class, flow.link()))
                        .bind("openerOrigin", Sql.nullable(String.class, flow.openerOrigin()))
                        .bind("life", Sql.seconds(FlowLife.LONGEST))
                        .then());
    }

    /** Empty where the state is unknown, used, expired, of another platform or of another browser. */
    Mono<PendingFlow> take(Secret state, Platform platform, Secret browser) {
        return database.sql(TAKE)
                .bind("state", state.sha256())
                .bind("platform", platform.id())
                .bind("browser", browser.sha256())
                .bind("linkedBrowser", bindToLink(browser).sha256())
                .map(Taken::of)
                .one()
                .flatMap(this::decrypt);
    }

    /**
     * Replicas of versions without links cannot consume the state: they would connect any account, any number of times.
     */
    private static Secret bindToLink(Secret browser) {
        return Secret.of("link:" + browser.value());
    }

    private Mono<PendingFlow> decrypt(Taken taken) {
        String verifier = taken.verifier();
        return verifier == null
                ? Mono.just(taken.flow(null))
                : vault.decrypt(verifier, place(taken.state())).map(taken::flow);
    }

    private Mono<String> encrypt(String hash, @Nullable Secret verifier) {
        return verifier == null ? Mono.empty() : vault.encrypt(verifier, place(hash));
    }

    private static Place place(String hash) {
        return new Place("oauth_states", hash, "code_verifier");
    }

    private record Taken(
            String state,
            @Nullable String verifier,
            URI redirectUri,
            @Nullable String returnTo,
            @Nullable String requestedBy,
            @Nullable UUID link,
            @Nullable String openerOrigin) {

        static Taken of(Readable row) {
            return new Taken(
                    Sql.get(row, "state", String.class),
                    row.get("code_verifier", String.class),
                    URI.create(Sql.get(row, "redirect_uri", String.class)),
                    row.get("return_to", String.class),
                    row.get("requested_by", String.class),
                    row.get("link_id", UUID.class),
                    row.get("opener_origin", String.class));
        }

        PendingFlow flow(@Nullable Secret codeVerifier) {
            return new PendingFlow(redirectUri, codeVerifier, returnTo, requestedBy, link, openerOrigin);
        }
    }
}
