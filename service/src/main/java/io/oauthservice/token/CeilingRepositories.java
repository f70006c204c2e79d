package io.oauthservice.token;

import io.oauthservice.concurrent.ReadMark;
import io.oauthservice.concurrent.SingleFlight;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.NarrowedToken.Repository;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.Providers;
import io.oauthservice.provider.Repositories;
import io.oauthservice.refresh.RefreshException;
import io.oauthservice.tokencache.CoveredRepositories;
import io.oauthservice.tokencache.LiveToken;
import io.oauthservice.tokencache.NarrowedTokens;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Which repositories of a ceiling a grant covers: a ceiling may list repositories of several organisations. The
 * provider is asked only after it has rejected the whole list.
 */
@Component
class CeilingRepositories {

    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Providers providers;
    private final WholeReads wholeReads;
    private final NarrowedTokens tokens;
    private final SingleFlight<CoveredRepositories.Key, CoveredRepositories> reads = new SingleFlight<>();

    CeilingRepositories(Providers providers, WholeReads wholeReads, NarrowedTokens tokens) {
        this.providers = providers;
        this.wholeReads = wholeReads;
        this.tokens = tokens;
    }

    /** Null: it is not known. */
    @Nullable
    CoveredRepositories find(Installation installation, Repositories ceiling) {
        return tokens.covered().find(new CoveredRepositories.Key(installation.id(), ceiling));
    }

    /** Asks the provider. Empty where it was asked within the last minute. */
    Mono<CoveredRepositories> read(RequestedInstallation requested, Repositories ceiling) {
        return Mono.defer(() -> {
            var key = new CoveredRepositories.Key(requested.installation().id(), ceiling);
            CoveredRepositories known = tokens.covered().find(key);
            return known != null && System.nanoTime() - known.readAt() < INTERVAL.toNanos()
                    ? Mono.empty()
                    : reads.join(key, () -> readNow(requested, key));
        });
    }

    private Mono<CoveredRepositories> readNow(RequestedInstallation requested, CoveredRepositories.Key key) {
        ReadMark mark = tokens.markRead();
        return wholeReads
                .read(requested, null, null)
                .flatMap(token -> list(token, key.ceiling()))
                .map(granted ->
                        new CoveredRepositories(key.ceiling().among(granted).orElse(null), mark.startedAt()))
                .doOnNext(covered -> tokens.covered().put(key, covered, mark))
                .onErrorMap(ProviderException.class, RefreshException::of);
    }

    private Mono<List<Repository>> list(LiveToken token, Repositories ceiling) {
        Installation installation = token.installation();
        return providers
                .get(installation.platform())
                .grantedRepositories(installation.grant(token.accessToken(), null), ceiling);
    }
}
