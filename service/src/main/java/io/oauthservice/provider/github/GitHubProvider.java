package io.oauthservice.provider.github;

import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.provider.Authorization;
import io.oauthservice.provider.Callback;
import io.oauthservice.provider.CallbackNotices;
import io.oauthservice.provider.Consent;
import io.oauthservice.provider.CredentialsChecker;
import io.oauthservice.provider.DeliveryAttempts;
import io.oauthservice.provider.Grant;
import io.oauthservice.provider.InstallationDirectory;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.InstallationReader;
import io.oauthservice.provider.ListedInstallations;
import io.oauthservice.provider.NarrowedToken;
import io.oauthservice.provider.NarrowedToken.Repository;
import io.oauthservice.provider.NewGrant;
import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.PlatformDescription;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.provider.ProviderHttp.Reply;
import io.oauthservice.provider.RefreshRules;
import io.oauthservice.provider.RefreshRulesSource;
import io.oauthservice.provider.Repositories;
import io.oauthservice.provider.RevocationByInstallation;
import io.oauthservice.provider.TokenCheck;
import io.oauthservice.provider.TokenChecker;
import io.oauthservice.provider.TokenDiscarder;
import io.oauthservice.provider.TokenNarrower;
import io.oauthservice.provider.TokenReplies;
import io.oauthservice.provider.Variant;
import io.oauthservice.provider.WebhookDeliveries;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** The provider for installations of a GitHub App, and for its users' own grants where they are kept. */
final class GitHubProvider
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

    private static final Logger log = LoggerFactory.getLogger(GitHubProvider.class);

    /** The id of an account (docs/providers.md 1.8); a login may look like one. */
    static final PlatformDescription GITHUB =
            new PlatformDescription(new Platform("github"), "GitHub", Pattern.compile("[0-9]+"), false);

    /** Minting leaves earlier installation tokens valid: docs/providers.md 1.6. */
    private static final RefreshRules MINTED =
            new RefreshRules(RefreshRules.UNLIMITED, RefreshRules.UNTIL_EXPIRY, Duration.ZERO);

    /** A refresh invalidates a user's old access token and refresh token at once: docs/providers.md 1.7. */
    private static final RefreshRules ROTATING = new RefreshRules(0, Duration.ZERO, Duration.ZERO);

    private static final Secret INVALID_TOKEN = Secret.of("ghu_credentialscheck");
    private static final Duration DISCARD_LIMIT = Duration.ofSeconds(3);
    private static final Pattern INSTALLATION_ID = Pattern.compile("[0-9]{1,20}");
    private static final int MOST_ACCOUNTS = 100;

    private final GitHubProperties app;
    private final GitHubApi api;
    private volatile @Nullable String slug;

    GitHubProvider(GitHubProperties app, GitHubApi api) {
        this.app = app;
        this.api = api;
    }

    @Override
    public PlatformDescription description() {
        return GITHUB;
    }

    /** App ids of different hosts may be equal. The port is not part of it: a proxy may have another one. */
    @Override
    public String registration() {
        return app.apiUrl().getHost() + "/" + app.appId();
    }

    @Override
    public RefreshRules refreshRules(Grant grant) {
        return isUsers(grant) ? ROTATING : MINTED;
    }

    private static boolean isUsers(Grant grant) {
        return grant.externalUserId() != null;
    }

    /** The install page: docs/providers.md 1.2. */
    @Override
    public Mono<URI> authorizationUrl(Authorization authorization) {
        return slug().map(name -> Authorization.url(
                app.webUrl(),
                app.appsPath() + name + "/installations/new",
                Map.of("state", authorization.state().value())));
    }

    /** The app's name in URLs, requested once. */
    private Mono<String> slug() {
        String known = slug;
        if (known != null) {
            return Mono.just(known);
        }
        return api.app().map(body -> TokenReplies.required(body, "slug")).doOnNext(found -> slug = found);
    }

    /**
     * With "Redirect on update" GitHub sends the browser here after each change, without a state: docs/providers.md
     * 1.2.
     */
    @Override
    public boolean isNotice(Map<String, String> parameters) {
        return "update".equals(parameters.get("setup_action"));
    }

    /** An approval request comes with or without a code: docs/providers.md 1.2. */
    @Override
    public Mono<Consent> exchangeCode(Callback callback) {
        boolean requested = "request".equals(callback.parameters().get("setup_action"));
        if (requested && callback.code() == null) {
            return Mono.just(Consent.AwaitingApproval.ofUnknown());
        }
        return Mono.usingWhen(
                callback.requireCode()
                        .flatMap(code -> api.exchange(code, callback.redirectUri()))
                        .map(GitHubReplies::userTokens),
                user -> requested
                        ? findRequests(user.accessToken())
                        : grant(user, callback.parameters().get("installation_id")),
                user -> app.userGrants() && !requested ? Mono.empty() : discard(user.accessToken()),
                (user, failure) -> discard(user.accessToken()),
                user -> discard(user.accessToken()));
    }

    /** The user's token is no longer needed. A failure to revoke it does not fail the flow. */
    private Mono<Void> discard(Secret userToken) {
        return api.deleteUserToken(userToken).then().timeout(DISCARD_LIMIT).onErrorResume(error -> {
            log.warn("User token of an install flow not revoked: platform=github error={}", error.getMessage());
            return Mono.empty();
        });
    }

    private Mono<Consent> grant(OAuthTokens user, @Nullable String claimedInstallation) {
        return verifyInstallation(user.accessToken(), claimedInstallation)
                .flatMap(id -> Mono.zip(
                        mint(id),
                        api.user(user.accessToken()).map(GitHubReplies::person),
                        (minted, person) -> new GitHubGrant.OfInstallation(GitHubReplies.tokens(minted), id, person)))
                .map(installation -> new Consent.Granted(
                        app.userGrants()
                                ? List.of(installation, new GitHubGrant.OfUser(user))
                                : List.of(installation)));
    }

    /** Anybody can write the id of the redirect: it must be among the user's installations (docs/providers.md 1.2). */
    private Mono<String> verifyInstallation(Secret user, @Nullable String claimed) {
        if (claimed == null) {
            return onlyInstallation(user);
        }
        if (!INSTALLATION_ID.matcher(claimed).matches()) {
            return Mono.error(notTheirs());
        }
        return api.reaches(user, claimed).flatMap(theirs -> theirs ? Mono.just(claimed) : Mono.error(notTheirs()));
    }

    /** Where GitHub does not name the installation, it is clear only if the user has exactly one. */
    private Mono<String> onlyInstallation(Secret user) {
        return api.userInstallations(user)
                .take(2)
                .map(found -> TokenReplies.required(found, "id"))
                .collectList()
                .flatMap(found -> found.size() == 1
                        ? Mono.just(found.getFirst())
                        : Mono.error(new BadRequest(
                                "installation_unclear", "GitHub did not say which installation was selected")));
    }

    private static ProviderException notTheirs() {
        return new BadRequest(
                "installation_not_yours", "The installation was removed, or the GitHub user has no access to it");
    }

    private Mono<Consent> findRequests(Secret user) {
        return Mono.zip(
                api.user(user),
                api.installationRequests().collectList(),
                (person, requests) -> new Consent.AwaitingApproval(
                        GitHubReplies.requestsBy(person, requests), TokenReplies.required(person, "id")));
    }

    @Override
    public Mono<InstallationInfo> installationInfo(NewGrant grant) {
        return switch ((GitHubGrant) grant) {
            case GitHubGrant.OfUser user -> userInfo(user.tokens().accessToken());
            case GitHubGrant.OfInstallation installation ->
                api.installation(installation.installationId())
                        .map(body -> GitHubReplies.info(body, installation.installedBy()));
        };
    }

    @Override
    public Mono<InstallationInfo> readInstallation(Grant grant) {
        return isUsers(grant)
                ? Mono.empty()
                : api.installation(installationOf(grant)).map(body -> GitHubReplies.info(body, null));
    }

    @Override
    public Mono<InstallationInfo> findInstallation(String externalInstallId) {
        return api.findInstallation(externalInstallId)
                .switchIfEmpty(Mono.defer(() -> api.app().then(Mono.empty())))
                .map(body -> GitHubReplies.info(body, null));
    }

    @Override
    public Mono<ListedInstallations> listInstallations(@Nullable String cursor) {
        return api.listInstallations(cursor).map(GitHubReplies::list);
    }

    @Override
    public Mono<DeliveryAttempts> listDeliveries(@Nullable String cursor) {
        return app.webhookSecret().value().isEmpty()
                ? Mono.empty()
                : api.deliveries(cursor).map(GitHubReplies::deliveries);
    }

    @Override
    public Mono<Void> redeliver(String attemptId) {
        return api.redeliver(attemptId)
                .flatMap(reply -> reply.ok() ? Mono.empty() : Mono.error(GitHubErrors.ofAppCall("redeliver", reply)));
    }

    private Mono<InstallationInfo> userInfo(Secret user) {
        return Mono.zip(
                api.user(user), api.userInstallations(user).take(MOST_ACCOUNTS).collectList(), GitHubReplies::userInfo);
    }

    @Override
    public Mono<OAuthTokens> refreshTokens(Grant grant) {
        return isUsers(grant)
                ? grant.requireRefreshToken().flatMap(api::refresh).map(GitHubReplies::userTokens)
                : mint(installationOf(grant)).map(GitHubReplies::tokens);
    }

    private static String installationOf(Grant grant) {
        return Objects.requireNonNull(grant.externalInstallId());
    }

    private Mono<Reply> mint(String installation) {
        return requireToken(api.mint(installation));
    }

    private Mono<Reply> requireToken(Mono<Reply> mint) {
        return mint.flatMap(reply -> {
            if (reply.status() == 404) {
                return confirmUninstalled();
            }
            return reply.ok() ? Mono.just(reply) : Mono.error(GitHubErrors.ofMint(reply));
        });
    }

    /**
     * 404 means uninstalled only for the right app: with another app's key GitHub finds no installation either (1.6).
     */
    private Mono<Reply> confirmUninstalled() {
        return api.app()
                .then(Mono.error(
                        new GrantEnded(Ending.UNINSTALLED, "uninstalled", "The app is no longer installed at GitHub")));
    }

    /** An installation's own grant; a user token cannot be narrowed after it was issued. */
    @Override
    public boolean canNarrow(Grant grant) {
        return !isUsers(grant);
    }

    @Override
    public Mono<NarrowedToken> narrowToken(Grant grant, Variant variant) {
        return requireToken(api.mint(installationOf(grant), variant))
                .map(GitHubReplies::narrowedToken)
                .flatMap(token -> token.isWithin(variant) ? Mono.just(token) : revokeExceeding(token.accessToken()));
    }

    /** A precaution: a server of an old version may ignore parameters that it does not know. */
    private Mono<NarrowedToken> revokeExceeding(Secret token) {
        return api.deleteInstallationToken(token)
                .then()
                .timeout(DISCARD_LIMIT)
                .onErrorResume(error -> {
                    log.warn(
                            "Token that exceeds its request not revoked: platform=github error={}", error.getMessage());
                    return Mono.empty();
                })
                .then(Mono.error(() -> ProviderException.Retryable.outcomeUnknown(
                        "token_exceeds_request", "GitHub issued a token that covers more than requested")));
    }

    @Override
    public Mono<List<Repository>> grantedRepositories(Grant grant, Repositories wanted) {
        return api.allRepositories(Objects.requireNonNull(grant.accessToken()))
                .map(GitHubReplies::repository)
                .filter(wanted::contains)
                .take(wanted.values().size())
                .collectList();
    }

    @Override
    public Mono<Map<String, String>> grantedPermissions(Grant grant) {
        return api.installation(installationOf(grant)).map(GitHubReplies::permissions);
    }

    @Override
    public Mono<TokenCheck> checkToken(Grant grant) {
        Secret token = Objects.requireNonNull(grant.accessToken());
        return isUsers(grant)
                ? api.checkUserToken(token).flatMap(GitHubProvider::userTokenCheck)
                : api.checkInstallationToken(token).flatMap(GitHubProvider::installationTokenCheck);
    }

    /** 404 and 422 reject the token: docs/providers.md 1.9. */
    private static Mono<TokenCheck> userTokenCheck(Reply reply) {
        if (GitHubErrors.isSuspension(reply)) {
            return Mono.just(TokenCheck.SUSPENDED);
        }
        return switch (reply.status()) {
            case 200 -> Mono.just(TokenCheck.ACCEPTED);
            case 404, 422 -> Mono.just(TokenCheck.REJECTED);
            default -> Mono.error(GitHubErrors.ofClientCall("check", reply));
        };
    }

    /** A valid token may lack the permission for this request: only 401 rejects the token (docs/providers.md 4). */
    private static Mono<TokenCheck> installationTokenCheck(Reply reply) {
        if (reply.ok()) {
            return Mono.just(TokenCheck.ACCEPTED);
        }
        if (GitHubErrors.isSuspension(reply)) {
            return Mono.just(TokenCheck.SUSPENDED);
        }
        ProviderException failure = GitHubErrors.ofStatus("repositories", reply);
        return failure instanceof BadRequest
                ? Mono.just(reply.status() == 401 ? TokenCheck.REJECTED : TokenCheck.ACCEPTED)
                : Mono.error(failure);
    }

    /**
     * {@code GET /app} checks the app id and the private key. The client secret is checked only if users' grants are
     * kept, with an invalid token: GitHub authenticates the client before it looks at the token (docs/providers.md 1.9,
     * 4).
     */
    @Override
    public Mono<Void> checkCredentials() {
        return app.userGrants() ? api.app().then(checkSecret()) : api.app().then();
    }

    private Mono<Void> checkSecret() {
        return api.checkUserToken(INVALID_TOKEN).flatMap(reply -> switch (reply.status()) {
            case 404, 422 -> Mono.empty();
            default -> Mono.error(GitHubErrors.ofClientCall("check", reply));
        });
    }

    /** The app uninstalls itself with its own key: docs/providers.md 1.9. */
    @Override
    public boolean revokesByInstallation(Grant grant) {
        return !isUsers(grant);
    }

    @Override
    public Mono<Void> revokeTokens(Grant grant) {
        return isUsers(grant) ? revokeUser(grant.accessToken()) : uninstall(installationOf(grant));
    }

    /** An installation token expires within an hour. Uninstalling the app would revoke far more. */
    @Override
    public Mono<Void> discardTokens(NewGrant grant, boolean connected) {
        return grant instanceof GitHubGrant.OfUser user ? discard(user.tokens().accessToken()) : Mono.empty();
    }

    /**
     * Ends all of the user's tokens, which this service keeps as one grant; needs a valid one (docs/providers.md 1.9).
     */
    private Mono<Void> revokeUser(@Nullable Secret token) {
        return token == null
                ? Mono.empty()
                : api.deleteUserGrant(token).flatMap(reply -> switch (reply.status()) {
                    case 204, 404, 422 -> Mono.empty();
                    default -> Mono.error(GitHubErrors.ofClientCall("revoke", reply));
                });
    }

    private Mono<Void> uninstall(String id) {
        return api.uninstall(id).flatMap(reply -> switch (reply.status()) {
            case 204, 404 -> Mono.empty();
            default -> Mono.error(GitHubErrors.ofAppCall("uninstall", reply));
        });
    }
}
