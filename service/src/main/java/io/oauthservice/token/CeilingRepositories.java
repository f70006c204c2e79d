package io.oauthservice.token;

import io.oauthservice.concurrent.SingleFlight;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.provider.NarrowedToken.Repository;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.Providers;
import io.oauthservice.provider.Repositories;
import io.oauthservice.refresh.RefreshFailed;
import io.oauthservice.tokencache.LiveToken;
import io.oauthservice.tokencache.NarrowedTokens;
import io.oauthservice.tokencache.CoveredRepositories.Covered;
import io.oauthservice.concurrent.ReadMark;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Which repositories of a ceiling a grant covers: a ceiling may list repositories of several organisations. The provider is
 * asked only after it has rejected the whole list.
 */
@Component
class CeilingRepositories {

    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Providers providers;
    private final WholeReads wholeReads;
    private final NarrowedTokens tokens;
    private final SingleFlight<Asked, Covered> reads = new SingleFlight<>();

    CeilingRepositories(Providers providers, WholeReads wholeReads, NarrowedTokens tokens) {
        this.providers = providers;
        this.wholeReads = wholeReads;
        this.tokens = tokens;
    }

    /** Null: it is not known. */
    @Nullable
    Covered find(Installation installation, Repositories ceiling) {
        return tokens.covered().find(installation.id(), ceiling);
    }

    /** Asks the provider. Empty where it was asked within the last minute. */
    Mono<Covered> read(RequestedInstallation requested, Repositories ceiling) {
        return Mono.defer(() -> {
            Covered known = find(requested.installation(), ceiling);
            return known != null && System.nanoTime() - known.readAt() < INTERVAL.toNanos()
                    ? Mono.empty()
                    : reads.join(new Asked(requested.installation().id(), ceiling), () -> readNow(requested, ceiling));
        });
    }

    private Mono<Covered> readNow(RequestedInstallation requested, Repositories ceiling) {
        ReadMark mark = tokens.markRead();
        InstallationId id = requested.installation().id();
        return wholeReads
                .read(requested, null, null)
                .flatMap(token -> list(token, ceiling))
                .map(granted -> new Covered(ceiling.among(granted).orElse(null), mark.startedAt()))
                .doOnNext(covered -> tokens.covered().put(id, ceiling, covered, mark))
                .onErrorMap(ProviderException.class, RefreshFailed::of);
    }

    private Mono<List<Repository>> list(LiveToken token, Repositories ceiling) {
        Installation installation = token.installation();
        return providers
                .get(installation.platform())
                .grantedRepositories(installation.grant(token.accessToken(), null), ceiling);
    }

    private record Asked(InstallationId installation, Repositories ceiling) {}
}
