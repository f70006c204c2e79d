package io.oauthservice.provider;

import io.oauthservice.core.Platform;
import io.oauthservice.provider.CredentialsStatus.Rejection;
import io.oauthservice.provider.NarrowedToken.Repository;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderHealth.State;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A configured provider with its guards. The rest of the service calls providers through this class only: each call has
 * a time limit, a bulkhead and a circuit breaker. The guards' own failures are {@link ProviderException}s too. A
 * capability that the provider lacks has the result that its interface names.
 */
public final class GuardedProvider
        implements OAuthProvider,
                TokenChecker,
                CredentialsChecker,
                TokenDiscarder,
                RefreshRulesSource,
                CallbackNotices,
                InstallationReader,
                InstallationDirectory,
                WebhookDeliveries,
                RevocationByInstallation,
                TokenNarrower {

    private final OAuthProvider provider;
    private final ProviderGuard guard;
    private final ProviderGuard installs;
    private final @Nullable ProviderGuard narrowing;
    private final CredentialsStatus credentials;

    GuardedProvider(OAuthProvider provider, ProviderGuards guards, CredentialsStatus credentials) {
        this.provider = provider;
        this.guard = guards.of(provider.description().platform());
        this.installs = guards.ofInstalls(provider.description().platform());
        this.narrowing = provider instanceof TokenNarrower
                ? guards.ofNarrowing(provider.description().platform())
                : null;
        this.credentials = credentials;
    }

    public Platform platform() {
        return description().platform();
    }

    public String displayName() {
        return description().displayName();
    }

    public ProviderHealth health() {
        Rejection rejection = credentials.rejection(platform());
        return rejection == null
                ? guard.health()
                : new ProviderHealth(State.CREDENTIALS_REJECTED, rejection.since(), null);
    }

    /**
     * Why no refresh should start now: the circuit is open, or the credentials are rejected. Rejected credentials do
     * not block the calls of this class.
     */
    public Optional<ProviderException> unavailability() {
        Rejection rejection = credentials.rejection(platform());
        return rejection == null ? guard.unavailability() : Optional.of(rejection.cause());
    }

    @Override
    public PlatformDescription description() {
        return provider.description();
    }

    @Override
    public String registration() {
        return provider.registration();
    }

    /** Whether a grant belongs to the configured registration, or was stored before registrations were. */
    public boolean isOwn(@Nullable String registration) {
        return registration == null || registration.equals(registration());
    }

    @Override
    public Mono<URI> authorizationUrl(Authorization authorization) {
        return installs.protect(() -> provider.authorizationUrl(authorization));
    }

    @Override
    public Mono<Consent> exchangeCode(Callback callback) {
        return installs.protect(() -> provider.exchangeCode(callback));
    }

    @Override
    public Mono<InstallationInfo> installationInfo(NewGrant grant) {
        return installs.protect(() -> provider.installationInfo(grant));
    }

    @Override
    public Mono<OAuthTokens> refreshTokens(Grant grant) {
        return ofOwn(grant, recordRejection(guard.protect(() -> provider.refreshTokens(grant))));
    }

    @Override
    public Mono<Void> revokeTokens(Grant grant) {
        return ofOwn(grant, guard.protect(() -> provider.revokeTokens(grant)));
    }

    @Override
    public Mono<TokenCheck> checkToken(Grant grant) {
        return capability(TokenChecker.class)
                .map(checker -> ofOwn(grant, guard.protect(() -> checker.checkToken(grant))))
                .orElse(Mono.just(TokenCheck.UNDECIDED));
    }

    @Override
    public Mono<InstallationInfo> readInstallation(Grant grant) {
        return capability(InstallationReader.class)
                .map(reader -> ofOwn(grant, guard.protect(() -> reader.readInstallation(grant))))
                .orElse(Mono.empty());
    }

    /** Whether stored grants can be read. */
    public boolean hasReader() {
        return provider instanceof InstallationReader;
    }

    /** Whether installations can exist at the provider that were not requested here. */
    public boolean hasDirectory() {
        return provider instanceof InstallationDirectory;
    }

    @Override
    public Mono<InstallationInfo> findInstallation(String externalInstallId) {
        return capability(InstallationDirectory.class)
                .map(directory -> guard.protect(() -> directory.findInstallation(externalInstallId)))
                .orElse(Mono.empty());
    }

    /** Whether some of its grants can be narrowed. */
    public boolean canNarrow() {
        return provider instanceof TokenNarrower;
    }

    @Override
    public boolean canNarrow(Grant grant) {
        return provider instanceof TokenNarrower narrower && narrower.canNarrow(grant);
    }

    @Override
    public Mono<NarrowedToken> narrowToken(Grant grant, Variant variant) {
        return ofOwn(grant, recordRejection(protectNarrowing(narrower -> narrower.narrowToken(grant, variant))));
    }

    @Override
    public Mono<Map<String, String>> grantedPermissions(Grant grant) {
        return ofOwn(grant, protectNarrowing(narrower -> narrower.grantedPermissions(grant)));
    }

    @Override
    public Mono<List<Repository>> grantedRepositories(Grant grant, Repositories wanted) {
        return ofOwn(grant, protectNarrowing(narrower -> narrower.grantedRepositories(grant, wanted)));
    }

    private <T> Mono<T> protectNarrowing(Function<TokenNarrower, Mono<T>> call) {
        return provider instanceof TokenNarrower narrower && narrowing != null
                ? narrowing.protect(() -> call.apply(narrower))
                : Mono.error(new IllegalStateException("Tokens of " + platform() + " cannot be narrowed"));
    }

    @Override
    public Mono<ListedInstallations> listInstallations(@Nullable String cursor) {
        return capability(InstallationDirectory.class)
                .map(directory -> guard.protect(() -> directory.listInstallations(cursor)))
                .orElse(Mono.empty());
    }

    @Override
    public Mono<DeliveryAttempts> listDeliveries(@Nullable String cursor) {
        return capability(WebhookDeliveries.class)
                .map(deliveries -> guard.protect(() -> deliveries.listDeliveries(cursor)))
                .orElse(Mono.empty());
    }

    @Override
    public Mono<Void> redeliver(String attemptId) {
        return capability(WebhookDeliveries.class)
                .map(deliveries -> guard.protect(() -> deliveries.redeliver(attemptId)))
                .orElse(Mono.empty());
    }

    @Override
    public Mono<Void> checkCredentials() {
        return recordRejection(capability(CredentialsChecker.class)
                        .map(checker -> guard.protect(checker::checkCredentials))
                        .orElse(Mono.empty()))
                .doOnSuccess(accepted -> credentials.markAccepted(platform()));
    }

    @Override
    public Mono<Void> discardTokens(NewGrant grant, boolean connected) {
        return guard.protect(() -> capability(TokenDiscarder.class)
                .map(discarder -> discarder.discardTokens(grant, connected))
                .orElseGet(() -> provider.revokeTokens(Grant.of(grant.tokens()))));
    }

    @Override
    public RefreshRules refreshRules(Grant grant) {
        return provider instanceof RefreshRulesSource source ? source.refreshRules(grant) : RefreshRules.STRICTEST;
    }

    @Override
    public boolean revokesByInstallation(Grant grant) {
        return provider instanceof RevocationByInstallation some && some.revokesByInstallation(grant);
    }

    @Override
    public boolean isNotice(Map<String, String> parameters) {
        return provider instanceof CallbackNotices notices && notices.isNotice(parameters);
    }

    /**
     * The call, if the grant belongs to the configured registration: another App finds no installation, and another
     * client can refresh nothing, so that each answer would look like the end of the grant. This failure is not
     * recorded as a rejection of our credentials: they may be good.
     */
    private <T> Mono<T> ofOwn(Grant grant, Mono<T> call) {
        return Mono.defer(() -> isOwn(grant.registration()) ? call : Mono.error(otherRegistration(grant)));
    }

    private Misconfigured otherRegistration(Grant grant) {
        return new Misconfigured(
                Misconfigured.REGISTRATION_CHANGED,
                "The grant belongs to another App or client at " + platform() + " (" + grant.registration()
                        + ") than the configured one (" + registration() + ")");
    }

    private <C> Optional<C> capability(Class<C> type) {
        return type.isInstance(provider) ? Optional.of(type.cast(provider)) : Optional.empty();
    }

    private <T> Mono<T> recordRejection(Mono<T> call) {
        return call.doOnError(Misconfigured.class, cause -> credentials.markRejected(platform(), cause));
    }
}
