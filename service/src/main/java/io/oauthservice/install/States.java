package io.oauthservice.install;

import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.vault.TokenVault;
import io.oauthservice.vault.TokenVault.Place;
import io.r2dbc.spi.Readable;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The states of pending flows: stored as hashes, valid for ten minutes, single-use and bound to one browser. */
@Component
class States {

    private static final String PUT = """
            INSERT INTO oauth_states (state, platform, code_verifier, redirect_uri, browser_binding,
                return_to, requested_by, expires_at)
            VALUES (:state, :platform, :verifier, :redirectUri, :browser, :returnTo, :requestedBy,
                clock_timestamp() + interval '10 minutes')
            """;

    /** Single-use by construction; another browser cannot consume it. The flow's own browser may get the result again. */
    private static final String TAKE = """
            WITH taken AS (
                DELETE FROM oauth_states
                WHERE state = :state AND platform = :platform AND browser_binding = :browser
                  AND expires_at > clock_timestamp()
                RETURNING *),
            result AS (
                INSERT INTO oauth_flow_results (state, platform, browser_binding, expires_at)
                SELECT state, platform, browser_binding, clock_timestamp() + interval '2 minutes' FROM taken)
            SELECT state, code_verifier, redirect_uri, return_to, requested_by FROM taken
            """;

    private final DatabaseClient database;
    private final TokenVault vault;

    States(DatabaseClient database, TokenVault vault) {
        this.database = database;
        this.vault = vault;
    }

    Mono<Void> put(Secret state, Platform platform, Secret browser, PendingFlow flow) {
        String hash = state.sha256();
        return encrypt(hash, flow.codeVerifier())
                .singleOptional()
                .map(verifier -> new Row(
                        hash,
                        platform.id(),
                        verifier.orElse(null),
                        flow.redirectUri().toString(),
                        browser.sha256(),
                        flow.returnTo(),
                        flow.requestedBy()))
                .flatMap(row -> database.sql(PUT).bindProperties(row).then());
    }

    /** Empty where the state is unknown, used, expired, of another platform or of another browser. */
    Mono<PendingFlow> take(Secret state, Platform platform, Secret browser) {
        return database.sql(TAKE)
                .bind("state", state.sha256())
                .bind("platform", platform.id())
                .bind("browser", browser.sha256())
                .map(Taken::of)
                .one()
                .flatMap(this::decrypt);
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

    private record Row(
            String state,
            String platform,
            @Nullable String verifier,
            String redirectUri,
            String browser,
            @Nullable String returnTo,
            @Nullable String requestedBy) {}

    private record Taken(
            String state,
            @Nullable String verifier,
            URI redirectUri,
            @Nullable String returnTo,
            @Nullable String requestedBy) {

        static Taken of(Readable row) {
            return new Taken(
                    Objects.requireNonNull(row.get("state", String.class)),
                    row.get("code_verifier", String.class),
                    URI.create(Objects.requireNonNull(row.get("redirect_uri", String.class))),
                    row.get("return_to", String.class),
                    row.get("requested_by", String.class));
        }

        PendingFlow flow(@Nullable Secret codeVerifier) {
            return new PendingFlow(redirectUri, codeVerifier, returnTo, requestedBy);
        }
    }
}
