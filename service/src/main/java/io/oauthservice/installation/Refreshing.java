package io.oauthservice.installation;

import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.outbox.Outbox;
import io.oauthservice.provider.OAuthTokens;
import io.r2dbc.postgresql.codec.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/** Lease, journal and storing of a refresh. Each step is one statement that cannot race; times are the database's. */
@Component
class Refreshing {

    private static final String LEASE = """
            UPDATE oauth_installations
            SET refresh_lease_owner = :owner,
                refresh_lease_until = now() + make_interval(secs => :seconds),
                refresh_attempted_at = now(),
                refresh_first_attempted_at = COALESCE(refresh_first_attempted_at, now())
            WHERE id = :id AND token_version = :version AND status = 'active'
              AND (refresh_lease_until IS NULL OR refresh_lease_until < clock_timestamp())
            """;

    /** The first attempt is forgotten only where it was this one: an earlier one may have had an effect. */
    private static final String RELEASE = """
            UPDATE oauth_installations
            SET refresh_lease_owner = NULL,
                refresh_lease_until = clock_timestamp() + make_interval(
                    secs => LEAST(:seconds * power(2, LEAST(refresh_failures, 16)), :longest)),
                refresh_failures = refresh_failures + 1,
                refresh_error = :error,
                refresh_first_attempted_at = CASE
                    WHEN :no_effect AND refresh_first_attempted_at = refresh_attempted_at THEN NULL
                    ELSE refresh_first_attempted_at END
            WHERE id = :id AND token_version = :version AND refresh_lease_owner = :owner
            """;

    /** A refusal that came in between has raised the version by one; these tokens prove it wrong. */
    private static final String STORE = """
            UPDATE oauth_installations i
            SET access_token_encrypted = :access, refresh_token_encrypted = COALESCE(:refresh, refresh_token_encrypted),
                token_issued_at = :issued, token_expires_at = :expires,
                refresh_token_expires_at = COALESCE(:refreshExpires, refresh_token_expires_at),
                token_version = token_version + 1,
                previous_fingerprint = token_fingerprint, token_fingerprint = :fingerprint,
                permissions = CASE WHEN :permissions = '{}'::jsonb THEN permissions ELSE :permissions END,
                status = 'active', status_reason = NULL,
                status_since = CASE WHEN status = 'active' THEN status_since ELSE clock_timestamp() END,
                refresh_lease_owner = NULL, refresh_lease_until = NULL, refresh_first_attempted_at = NULL,
                refresh_failures = 0, refresh_error = NULL,
                sequence = sequence + 1, updated_at = clock_timestamp()
            WHERE i.id = :id
              AND ((token_version = :version AND status = 'active')
                OR (token_version = :version + 1 AND status = 'needs_reconnect'
                    AND status_reason IN ('refresh_refused', 'lost_reply')))
            RETURNING
            """ + InstallationRows.COLUMNS;

    /** Whether an earlier attempt of this version had an unknown outcome and is still inside the provider's leeway. */
    private static final String IN_LEEWAY = """
            SELECT refresh_first_attempted_at > clock_timestamp() - make_interval(secs => :seconds)
                AND refresh_first_attempted_at < refresh_attempted_at AS inside
            FROM oauth_installations WHERE id = :id AND token_version = :version AND status = 'active'
            """;

    private static final String STANDING = """
            SELECT refresh_lease_owner IS NOT NULL AS held,
                   COALESCE(EXTRACT(EPOCH FROM refresh_lease_until - clock_timestamp()), 0)::float8 AS seconds
            FROM oauth_installations WHERE id = :id AND token_version = :version AND status = 'active'
            """;

    private final DatabaseClient database;
    private final TransactionalOperator transaction;
    private final InstallationRows rows;
    private final Outbox outbox;
    private final Changes changes;

    Refreshing(
            DatabaseClient database,
            TransactionalOperator transaction,
            InstallationRows rows,
            Outbox outbox,
            Changes changes) {
        this.database = database;
        this.transaction = transaction;
        this.rows = rows;
        this.outbox = outbox;
        this.changes = changes;
    }

    Mono<RefreshLease> lease(Installation seen, RefreshLease wanted) {
        return database.sql(LEASE)
                .bind("id", seen.id().value())
                .bind("version", seen.tokens().version())
                .bind("owner", wanted.owner())
                .bind("seconds", wanted.length().toMillis() / 1000.0)
                .fetch()
                .rowsUpdated()
                .filter(updated -> updated == 1)
                .map(won -> wanted);
    }

    Mono<Void> release(Installation seen, RefreshLease lease, RefreshLease.Outcome outcome) {
        return database.sql(RELEASE)
                .bind("id", seen.id().value())
                .bind("version", seen.tokens().version())
                .bind("owner", lease.owner())
                .bind("seconds", outcome.backOff().toMillis() / 1000.0)
                .bind("longest", outcome.longest().toMillis() / 1000.0)
                .bind("error", outcome.error())
                .bind("no_effect", outcome.provablyNoEffect())
                .then();
    }

    Mono<Boolean> isInLeeway(Installation seen, Duration leeway) {
        return database.sql(IN_LEEWAY)
                .bind("id", seen.id().value())
                .bind("version", seen.tokens().version())
                .bind("seconds", leeway.toMillis() / 1000.0)
                .map(row -> Boolean.TRUE.equals(row.get("inside", Boolean.class)))
                .one()
                .defaultIfEmpty(false);
    }

    Mono<RefreshLease.Standing> standing(Installation seen) {
        return database.sql(STANDING)
                .bind("id", seen.id().value())
                .bind("version", seen.tokens().version())
                .map(row -> new RefreshLease.Standing(
                        Boolean.TRUE.equals(row.get("held", Boolean.class)),
                        Duration.ofMillis((long) (Objects.requireNonNull(row.get("seconds", Double.class)) * 1000))))
                .one();
    }

    Mono<Installation> store(Installation seen, SealedTokens sealed, TokenRefreshed.Cause cause) {
        return database.sql(STORE)
                .bindProperties(parameters(seen, sealed))
                .map(rows::installation)
                .one()
                .flatMap(stored -> outbox.append(InstallationEvents.refreshed(stored, cause))
                        .then(changes.tell(stored)))
                .as(transaction::transactional);
    }

    private Parameters parameters(Installation seen, SealedTokens sealed) {
        OAuthTokens tokens = sealed.tokens();
        return new Parameters(
                seen.id().value(),
                seen.tokens().version(),
                sealed.accessToken(),
                sealed.refreshToken(),
                tokens.issuedAt(),
                tokens.expiresAt(),
                tokens.refreshTokenExpiresAt(),
                tokens.accessToken().fingerprint(),
                rows.toJson(tokens.permissions()));
    }

    private record Parameters(
            UUID id,
            long version,
            String access,
            @Nullable String refresh,
            Instant issued,
            @Nullable Instant expires,
            @Nullable Instant refreshExpires,
            String fingerprint,
            Json permissions) {}
}
