package io.oauthservice.provider;

import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.reactor.bulkhead.operator.BulkheadOperator;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.github.resilience4j.reactor.timelimiter.TimeLimiterOperator;
import io.oauthservice.core.Platform;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A provider behind its two guards. What a guard refuses comes out in the taxonomy's own classes. */
final class GuardedProvider implements OAuthProvider {

    private final OAuthProvider provider;
    private final ProviderGuards.Guard guard;
    private final ProviderGuards.Guard installs;
    private final CredentialsStatus credentials;

    GuardedProvider(OAuthProvider provider, ProviderGuards guards, CredentialsStatus credentials) {
        this.provider = provider;
        this.guard = guards.of(provider.platform());
        this.installs = guards.ofInstalls(provider.platform());
        this.credentials = credentials;
    }

    /** What every call would fail with; null: nothing stands in the way. */
    @Nullable
    ProviderException whyLeftAlone() {
        CredentialsStatus.Refusal refused = credentials.refusal(platform());
        if (refused != null) {
            return refused.why();
        }
        return guard.circuitBreaker().getState() == CircuitBreaker.State.OPEN ? circuitOpen(null) : null;
    }

    ProviderHealth health() {
        CredentialsStatus.Refusal refused = credentials.refusal(platform());
        return refused == null ? guard.health().now() : ProviderHealth.misconfigured(refused.since());
    }

    private <T> Mono<T> guarded(Mono<T> call) {
        return guarded(call, guard);
    }

    private <T> Mono<T> guarded(Mono<T> call, ProviderGuards.Guard guard) {
        return call.transformDeferred(TimeLimiterOperator.of(guard.timeLimiter()))
                .onErrorMap(TimeoutException.class, GuardedProvider::tooSlow)
                .transformDeferred(CircuitBreakerOperator.of(guard.circuitBreaker()))
                .transformDeferred(BulkheadOperator.of(guard.bulkhead()))
                .onErrorMap(CallNotPermittedException.class, this::circuitOpen)
                .onErrorMap(BulkheadFullException.class, this::tooManyCalls)
                .onErrorMap(error -> !(error instanceof ProviderException), this::unexpected);
    }

    private static ProviderException tooSlow(TimeoutException timeout) {
        return new ProviderException.Retryable("timeout", "The provider took too long", true, timeout);
    }

    private ProviderException circuitOpen(@Nullable Throwable refused) {
        String message = platform() + " failed too often just now; it is left alone for a while";
        return new ProviderException.Retryable("circuit_open", message, false, refused);
    }

    private ProviderException tooManyCalls(BulkheadFullException refused) {
        String message = "Too many calls to " + platform() + " are under way";
        return new ProviderException.Retryable("bulkhead_full", message, false, refused);
    }

    private ProviderException unexpected(Throwable error) {
        String message = platform() + " answered in a way that we do not understand";
        return new ProviderException.Retryable("unexpected_answer", message, true, error);
    }

    @Override
    public Mono<URI> authorizationUrl(Authorization authorization) {
        return guarded(Mono.defer(() -> provider.authorizationUrl(authorization)), installs);
    }

    @Override
    public Mono<Consent> exchangeCode(Callback callback) {
        return guarded(Mono.defer(() -> provider.exchangeCode(callback)), installs);
    }

    @Override
    public Mono<InstallationInfo> installationInfo(OAuthTokens tokens) {
        return guarded(Mono.defer(() -> provider.installationInfo(tokens)), installs);
    }

    @Override
    public Mono<OAuthTokens> refreshTokens(Grant grant) {
        return guarded(Mono.defer(() -> provider.refreshTokens(grant)))
                .doOnError(ProviderException.Misconfigured.class, why -> credentials.refused(platform(), why));
    }

    @Override
    public Mono<TokenCheck> checkToken(Grant grant) {
        return guarded(Mono.defer(() -> provider.checkToken(grant)));
    }

    @Override
    public Mono<Void> checkCredentials() {
        return guarded(Mono.defer(provider::checkCredentials))
                .doOnError(ProviderException.Misconfigured.class, why -> credentials.refused(platform(), why))
                .doOnSuccess(taken -> credentials.taken(platform()));
    }

    @Override
    public Mono<Void> revokeTokens(Grant grant) {
        return guarded(Mono.defer(() -> provider.revokeTokens(grant)));
    }

    @Override
    public Mono<Void> discardTokens(OAuthTokens tokens) {
        return guarded(Mono.defer(() -> provider.discardTokens(tokens)));
    }

    @Override
    public Platform platform() {
        return provider.platform();
    }

    @Override
    public String displayName() {
        return provider.displayName();
    }

    @Override
    public RefreshRules refreshRules(Grant grant) {
        return provider.refreshRules(grant);
    }

    @Override
    public boolean isOrganisationId(String text) {
        return provider.isOrganisationId(text);
    }

    @Override
    public boolean pkce() {
        return provider.pkce();
    }

    @Override
    public Set<String> requestedScopes(OAuthTokens tokens) {
        return provider.requestedScopes(tokens);
    }
}
