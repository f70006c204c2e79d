package io.oauthservice.vault;

import io.oauthservice.concurrent.SingleFlight;
import io.oauthservice.vault.TransitHttp.Reply;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.vault.authentication.LoginToken;
import org.springframework.vault.support.VaultToken;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * The token for calls to the key service. It is renewed after two thirds of its lifetime. Where the server does not
 * renew it or has revoked it, there is a new login, shared by concurrent callers. A failed login is not cached.
 */
final class TransitSession implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TransitSession.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(2);

    /** The server denies a younger token for its permissions; another login would not help. */
    private static final Duration YOUNG = Duration.ofSeconds(1);

    private final TransitHttp http;
    private final TransitLogin login;
    private final SingleFlight<String, VaultToken> logins = new SingleFlight<>();
    private final Disposable.Swap upkeep = Disposables.swap();
    private volatile @Nullable Session current;

    TransitSession(TransitHttp http, TransitLogin login) {
        this.http = http;
        this.login = login;
    }

    private Mono<VaultToken> sharedLogin() {
        return logins.join(
                "login",
                () -> login.login()
                        .timeout(LIMIT)
                        .onErrorMap(TransitSession::loginFailure)
                        .doOnNext(this::use));
    }

    Mono<VaultToken> token() {
        Session session = current;
        return session == null ? sharedLogin() : Mono.just(session.token());
    }

    /** A token that replaces a denied one; empty where the denied one is new. */
    Mono<VaultToken> replace(VaultToken denied) {
        Session session = current;
        if (session == null || !session.token().equals(denied)) {
            return token();
        }
        return session.age().compareTo(YOUNG) < 0 ? Mono.empty() : sharedLogin();
    }

    private static VaultException loginFailure(Throwable failure) {
        Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
        if (cause instanceof WebClientResponseException response
                && response.getStatusCode().is4xxClientError()) {
            return new VaultException.Rejected("The key service rejects the login (status "
                    + response.getStatusCode().value() + ")");
        }
        return new VaultException.Outage("The login to the key service failed: " + cause.getMessage());
    }

    private void use(VaultToken token) {
        boolean first = current == null;
        current = new Session(token, System.nanoTime());
        if (first) {
            log.info("Logged in to the key service");
        }
        Duration lifetime = lifetime(token);
        if (!lifetime.isZero()) {
            renewAfter(renewalDelay(lifetime), lifetime);
        }
    }

    /** Zero where the token does not expire. */
    private static Duration lifetime(VaultToken token) {
        return token instanceof LoginToken known ? known.getLeaseDuration() : Duration.ZERO;
    }

    private static Duration renewalDelay(Duration lifetime) {
        Duration wait = lifetime.multipliedBy(2).dividedBy(3);
        return wait.compareTo(YOUNG) < 0 ? YOUNG : wait;
    }

    /** Not by a background loop, whose interval is fixed: the server decides how long each renewal lasts. */
    private void renewAfter(Duration wait, Duration lifetime) {
        upkeep.update(Mono.delay(wait)
                .then(Mono.defer(() -> renew(lifetime)))
                .subscribe(left -> renewAfter(renewalDelay(left), lifetime), failure -> {
                    log.warn("Key service token renewal failed: error={}", failure.getMessage());
                    renewAfter(RETRY_INTERVAL, lifetime);
                }));
    }

    /** Renews the token. Returns its lifetime; empty after a new login, which schedules its own renewal. */
    private Mono<Duration> renew(Duration lifetime) {
        return token().flatMap(token -> http.post("auth/token/renew-self", token, Map.of()))
                .filter(Reply::ok)
                .map(reply -> Duration.ofSeconds(
                        reply.body().path("auth").path("lease_duration").asLong(0)))
                // Near the token's maximum TTL the server grants ever shorter lifetimes.
                .filter(left -> left.compareTo(lifetime.dividedBy(2)) >= 0)
                .switchIfEmpty(sharedLogin().then(Mono.empty()));
    }

    /** Revokes the token where the login created it. */
    @Override
    public void close() {
        upkeep.dispose();
        Session session = current;
        if (session != null && login.createsToken()) {
            http.post("auth/token/revoke-self", session.token(), Map.of())
                    .onErrorComplete()
                    .block(LIMIT);
        }
    }

    private record Session(VaultToken token, long since) {
        Duration age() {
            return Duration.ofNanos(System.nanoTime() - since);
        }
    }
}
