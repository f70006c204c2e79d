package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.token.TokenRequest.Target.OfOrganisation;
import io.oauthservice.tokencache.CachedResponse;
import io.oauthservice.tokencache.LiveToken;
import io.oauthservice.tokencache.Lookup;
import io.oauthservice.tokencache.NarrowedTokens;
import io.oauthservice.tokencache.TokenCache;
import io.oauthservice.tokencache.TokenProperties;
import io.oauthservice.vault.VaultException;
import io.oauthservice.web.DataErrors;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.DataAccessException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import reactor.core.publisher.Mono;

/**
 * Reads tokens that the fast path did not serve: from the database, or from the cache while the database is unavailable.
 * During an outage a probe detects when the database is available again, so that readers need not wait for it.
 */
@Component
@EnableConfigurationProperties(TokenProperties.class)
class TokenReads {

    private static final Duration PROBE_INTERVAL = Duration.ofMillis(500);

    private static final Logger log = LoggerFactory.getLogger(TokenReads.class);

    private final Tokens tokens;
    private final NarrowedReads narrowed;
    private final TokenCache cache;
    private final NarrowedTokens narrowedTokens;
    private final DatabaseClient database;
    private final TokenProperties properties;
    private final AtomicBoolean databaseUnavailable = new AtomicBoolean();

    TokenReads(
            Tokens tokens,
            NarrowedReads narrowed,
            TokenCache cache,
            NarrowedTokens narrowedTokens,
            DatabaseClient database,
            TokenProperties properties) {
        this.tokens = tokens;
        this.narrowed = narrowed;
        this.cache = cache;
        this.narrowedTokens = narrowedTokens;
        this.database = database;
        this.properties = properties;
    }

    /** Never empty; fails with the problem that the caller gets. */
    Mono<LiveToken> read(TokenRequest request, Caller caller) {
        if (!request.narrowing().isNone() || caller.ceiling(request.platform()) != null) {
            return readNarrowed(request, caller);
        }
        // A cached token is that of an organisation's default grant, with a lifetime as configured.
        return request.target() instanceof OfOrganisation target && request.userId() == null && request.minTtl() == null
                ? read(new Lookup(request.platform().id(), target.idOrName()), request, caller)
                : tokens.getToken(request, caller, null);
    }

    private Mono<LiveToken> read(Lookup key, TokenRequest request, Caller caller) {
        CachedResponse stale =
                cache.findStale(key).filter(cached -> cached.permits(caller)).orElse(null);
        LiveToken known = stale == null ? null : stale.live();
        Mono<LiveToken> current = cache.read(key, caller, () -> tokens.getToken(request, caller, known));
        if (stale == null) {
            return current;
        }
        // Revalidation takes milliseconds. The refresh of a token that is due takes as long as the provider does.
        return currentOrStale(cache.isDue(stale) ? current : current.timeout(properties.revalidationTimeout()), stale);
    }

    private Mono<LiveToken> readNarrowed(TokenRequest request, Caller caller) {
        String address = request.address();
        CachedResponse stale = address == null
                ? null
                : narrowedTokens.findStale(address, caller).orElse(null);
        return stale == null
                ? narrowed.read(request, caller, null)
                : currentOrStale(narrowed.read(request, caller, properties.revalidationTimeout()), stale);
    }

    private Mono<LiveToken> currentOrStale(Mono<LiveToken> current, CachedResponse stale) {
        if (databaseUnavailable.get()) {
            return Mono.just(stale.live());
        }
        return current.onErrorResume(TokenReads::isStorageFailure, failure -> {
            // A failure of the vault is none of the database.
            if (!(failure instanceof VaultException) && !databaseUnavailable.getAndSet(true)) {
                log.warn("Database unavailable, valid tokens are served from the cache: error={}", failure.toString());
            }
            return Mono.just(stale.live());
        });
    }

    private static boolean isStorageFailure(Throwable failure) {
        return !DataErrors.isDataError(failure)
                && (failure instanceof VaultException
                        || failure instanceof DataAccessException
                        || failure instanceof R2dbcException
                        || failure instanceof TransactionException
                        || failure instanceof TimeoutException);
    }

    @Bean
    BackgroundLoop databaseProbeLoop() {
        return new BackgroundLoop(TokenReads.class, PROBE_INTERVAL, "Database probe failed", this::probe);
    }

    private Mono<Void> probe() {
        return databaseUnavailable.get() ? probeDatabase() : Mono.empty();
    }

    private Mono<Void> probeDatabase() {
        return database.sql("SELECT 1")
                .then()
                .timeout(properties.revalidationTimeout())
                .doOnSuccess(done -> {
                    databaseUnavailable.set(false);
                    log.info("Database available again");
                })
                .onErrorComplete();
    }
}
