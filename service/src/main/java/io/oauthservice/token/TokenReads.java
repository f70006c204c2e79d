package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.token.TokenRequest.Target.OfExternalInstallation;
import io.oauthservice.token.TokenRequest.Target.OfInstallation;
import io.oauthservice.token.TokenRequest.Target.OfOrganisation;
import io.oauthservice.token.TokenRequest.Target.OfOrganisationNamed;
import io.oauthservice.tokencache.CachedResponse;
import io.oauthservice.tokencache.LiveToken;
import io.oauthservice.tokencache.Lookup;
import io.oauthservice.tokencache.TokenCache;
import io.oauthservice.tokencache.TokenCache.Reading;
import io.oauthservice.tokencache.TokenProperties;
import io.oauthservice.vault.VaultException;
import io.oauthservice.web.DataErrors;
import io.r2dbc.spi.R2dbcException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.dao.DataAccessException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import reactor.core.publisher.Mono;

/**
 * Reading a token when its answer is not ready: from the database, and from what was kept while the database cannot be
 * asked. Once it is known to be away, a probe asks in place of the readers.
 */
@Component
@EnableConfigurationProperties(TokenProperties.class)
class TokenReads {

    private static final Logger log = LoggerFactory.getLogger(TokenReads.class);

    private final Tokens tokens;
    private final TokenCache hot;
    private final DatabaseClient database;
    private final TokenProperties properties;
    private final SharedReads shared;
    private final AtomicBoolean databaseIsAway = new AtomicBoolean();

    TokenReads(Tokens tokens, TokenCache hot, DatabaseClient database, TokenProperties properties) {
        this.tokens = tokens;
        this.hot = hot;
        this.shared = new SharedReads(hot);
        this.database = database;
        this.properties = properties;
    }

    /** Never empty; fails with the problem that the caller is to see. */
    Mono<LiveToken> read(TokenRequest request, Caller caller) {
        Lookup key = key(request);
        return key == null ? tokens.handOut(request, caller) : read(key, request, caller);
    }

    private Mono<LiveToken> read(Lookup key, TokenRequest request, Caller caller) {
        Optional<CachedResponse> kept = hot.findStale(key).filter(answer -> answer.isFor(caller));
        LiveToken before = kept.map(CachedResponse::live).orElse(null);
        Function<Reading, Mono<LiveToken>> read =
                reading -> tokens.handOut(request, caller, before).doOnNext(live -> hot.keep(key, live, reading));
        Mono<LiveToken> asked = Mono.defer(() -> shared.join(key, caller, read));
        if (kept.isEmpty()) {
            return asked;
        }
        LiveToken good = kept.get().live();
        return databaseIsAway.get()
                ? Mono.just(good)
                : inTime(asked, kept.get()).onErrorResume(TokenReads::isStorage, failure -> unconfirmed(good, failure));
    }

    /** To confirm is a matter of milliseconds; where the token is due, the time is the provider's. */
    private Mono<LiveToken> inTime(Mono<LiveToken> asked, CachedResponse kept) {
        return hot.isDue(kept) ? asked : asked.timeout(properties.confirmWithin());
    }

    private Mono<LiveToken> unconfirmed(LiveToken kept, Throwable failure) {
        // The vault speaks for itself; the database has nothing to do with it.
        if (!(failure instanceof VaultException) && !databaseIsAway.getAndSet(true)) {
            log.warn("The database does not answer, good tokens are served from memory: {}", failure.getMessage());
        }
        return Mono.just(kept);
    }

    private static boolean isStorage(Throwable failure) {
        return !DataErrors.isDataError(failure)
                && (failure instanceof DataAccessException
                        || failure instanceof R2dbcException
                        || failure instanceof TransactionException
                        || failure instanceof TimeoutException);
    }

    /** Only the plain question is worth an answer that is kept: an organisation's default grant, as fresh as we think fit. */
    private static @Nullable Lookup key(TokenRequest request) {
        if (request.userId() != null || request.minTtl() != null) {
            return null;
        }
        return switch (request.target()) {
            case OfOrganisation organisation -> new Lookup(request.platform().id(), organisation.idOrName());
            case OfOrganisationNamed named -> null;
            case OfInstallation installation -> null;
            case OfExternalInstallation installation -> null;
        };
    }

    /** Deferred, because Spring calls this once and subscribes to what it got again and again. */
    @Scheduled(fixedDelayString = "PT0.5S")
    Mono<Void> probe() {
        return Mono.defer(() -> databaseIsAway.get() ? asked() : Mono.empty());
    }

    private Mono<Void> asked() {
        return database.sql("SELECT 1")
                .then()
                .timeout(properties.confirmWithin())
                .doOnSuccess(answered -> {
                    databaseIsAway.set(false);
                    log.info("The database answers again");
                })
                .onErrorResume(stillAway -> Mono.empty());
    }
}
