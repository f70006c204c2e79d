package io.oauthservice.vault;

import io.oauthservice.vault.VaultHttp.Reply;
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
 * The token that calls to the key service carry. It is renewed well before it ends; where it cannot be, or was ended
 * there, there is a new login, one however many ask for it. A login that fails is tried again by whoever asks next.
 */
final class VaultSession implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(VaultSession.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(2);

    /** A refused token that is younger is not at fault, but what it is allowed. */
    private static final Duration YOUNG = Duration.ofSeconds(1);

    private final VaultHttp http;
    private final VaultLogin login;
    private final Mono<VaultToken> oneLogin;
    private final Disposable.Swap upkeep = Disposables.swap();
    private volatile @Nullable Session current;

    VaultSession(VaultHttp http, VaultLogin login) {
        this.http = http;
        this.login = login;
        this.oneLogin = Mono.defer(login::token)
                .timeout(LIMIT)
                .onErrorMap(VaultSession::failed)
                .doOnNext(this::begin)
                .cache(token -> Duration.ZERO, failure -> Duration.ZERO, () -> Duration.ZERO);
    }

    Mono<VaultToken> token() {
        Session session = current;
        return session == null ? oneLogin : Mono.just(session.token());
    }

    /** Another token than the one that was refused; empty where that one was fresh. */
    Mono<VaultToken> insteadOf(VaultToken refused) {
        Session session = current;
        if (session == null || !session.token().equals(refused)) {
            return token();
        }
        return session.age().compareTo(YOUNG) < 0 ? Mono.empty() : oneLogin;
    }

    private static Throwable failed(Throwable failure) {
        Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
        if (cause instanceof WebClientResponseException answer
                && answer.getStatusCode().is4xxClientError()) {
            return new VaultException(
                    "The login at the key service is refused (status "
                            + answer.getStatusCode().value() + ")",
                    null);
        }
        return new VaultException.Outage("There is no login at the key service: " + cause.getMessage(), null);
    }

    private void begin(VaultToken token) {
        boolean first = current == null;
        current = new Session(token, System.nanoTime());
        if (first) {
            log.info("Logged in at the key service");
        }
        Duration life = lifeOf(token);
        if (!life.isZero()) {
            renewAfter(sooner(life), life);
        }
    }

    /** Zero: it does not end. */
    private static Duration lifeOf(VaultToken token) {
        return token instanceof LoginToken known ? known.getLeaseDuration() : Duration.ZERO;
    }

    private static Duration sooner(Duration life) {
        Duration wait = life.multipliedBy(2).dividedBy(3);
        return wait.compareTo(YOUNG) < 0 ? YOUNG : wait;
    }

    private void renewAfter(Duration wait, Duration life) {
        upkeep.update(Mono.delay(wait)
                .then(Mono.defer(() -> renewed(life)))
                .subscribe(left -> renewAfter(sooner(left), life), failure -> {
                    log.warn("The login at the key service is not renewed yet: {}", failure.getMessage());
                    renewAfter(ASK_AGAIN, life);
                }));
    }

    /** The life that the token has got; empty where there is another token, which is renewed in its own time. */
    private Mono<Duration> renewed(Duration life) {
        return token().flatMap(token -> http.post("auth/token/renew-self", token, Map.of()))
                .filter(Reply::ok)
                .map(reply -> Duration.ofSeconds(
                        reply.body().path("auth").path("lease_duration").asLong(0)))
                // Near the end of all its days the server grants less and less.
                .filter(left -> left.compareTo(life.dividedBy(2)) >= 0)
                .switchIfEmpty(oneLogin.then(Mono.empty()));
    }

    /** A token of our own ends with us; others may still be using one that was given to us. */
    @Override
    public void close() {
        upkeep.dispose();
        Session session = current;
        if (session != null && login.ownsItsToken()) {
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
