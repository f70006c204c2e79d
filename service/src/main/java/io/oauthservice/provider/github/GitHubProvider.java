package io.oauthservice.provider.github;

import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.provider.Authorization;
import io.oauthservice.provider.Callback;
import io.oauthservice.provider.Consent;
import io.oauthservice.provider.Grant;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.ReconnectRequired;
import io.oauthservice.provider.ProviderHttp.Reply;
import io.oauthservice.provider.RefreshRules;
import io.oauthservice.provider.TokenCheck;
import io.oauthservice.provider.TokenReplies;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** The five calls of the contract, for installations of a GitHub App. */
final class GitHubProvider implements OAuthProvider {

    private static final Logger log = LoggerFactory.getLogger(GitHubProvider.class);
    private static final Platform GITHUB = new Platform("github");
    private static final RefreshRules MINTED = new RefreshRules(true, Duration.ZERO);

    /** A user's old access token dies with its refresh token, and nothing may be presented twice. */
    private static final RefreshRules ROTATING = new RefreshRules(false, Duration.ZERO);

    private static final String USER_GRANT = "user:";
    private static final Secret NO_TOKEN = Secret.of("ghu_credentialscheck");
    private static final Duration GIVE_BACK_LIMIT = Duration.ofSeconds(3);
    private static final Pattern INSTALLATION_ID = Pattern.compile("[0-9]{1,20}");
    private static final Pattern ACCOUNT_ID = Pattern.compile("[0-9]+");
    private static final String INSTALLATION = "installation_id";
    private static final String INSTALLED_BY = "installed_by";
    private static final String KIND = "kind";
    private static final String KIND_USER = "user";
    private static final int MOST_ACCOUNTS = 100;

    private final GitHubProperties app;
    private final GitHubApi api;
    private volatile @Nullable String slug;

    GitHubProvider(GitHubProperties app, GitHubApi api) {
        this.app = app;
        this.api = api;
    }

    @Override
    public Platform platform() {
        return GITHUB;
    }

    @Override
    public String displayName() {
        return "GitHub";
    }

    /** A login may consist of digits alone, as an account's id does. */
    @Override
    public boolean isOrganisationId(String text) {
        return ACCOUNT_ID.matcher(text).matches();
    }

    @Override
    public RefreshRules refreshRules(Grant grant) {
        return isUsers(grant) ? ROTATING : MINTED;
    }

    private static boolean isUsers(Grant grant) {
        return grant.grantKey().startsWith(USER_GRANT);
    }

    @Override
    public Mono<URI> authorizationUrl(Authorization authorization) {
        return slug().map(name -> UriComponentsBuilder.fromUri(app.webUrl())
                .path(app.appsPath())
                .pathSegment(name, "installations", "new")
                .queryParam("state", "{state}")
                .encode()
                .build(authorization.state().value()));
    }

    /** The app's name in URLs, asked for at first use and then known. */
    private Mono<String> slug() {
        String known = slug;
        if (known != null) {
            return Mono.just(known);
        }
        return api.app().map(body -> TokenReplies.required(body, "slug")).doOnNext(found -> slug = found);
    }

    @Override
    public Mono<Consent> exchangeCode(Callback callback) {
        boolean requested = "request".equals(callback.hints().get("setup_action"));
        Secret code = callback.code();
        if (code == null) {
            return requested
                    ? Mono.just(new Consent.AwaitingApproval(null))
                    : Mono.error(new BadRequest("code_missing", "GitHub's callback carries no code"));
        }
        return Mono.usingWhen(
                api.exchange(code, callback.redirectUri())
                        .map(reply -> GitHubAnswers.userTokens(reply, Map.of(KIND, KIND_USER))),
                user -> requested
                        ? awaited(user.accessToken())
                        : granted(user, callback.hints().get(INSTALLATION)),
                user -> app.userGrants() && !requested ? Mono.empty() : giveBack(user.accessToken()),
                (user, failure) -> giveBack(user.accessToken()),
                user -> giveBack(user.accessToken()));
    }

    /** The user's token has proved what it was wanted for. That it cannot be given back harms nobody. */
    private Mono<Void> giveBack(Secret userToken) {
        return api.deleteUserToken(userToken).then().timeout(GIVE_BACK_LIMIT).onErrorResume(error -> {
            log.warn("A user token of the install flow could not be given back to GitHub: {}", error.getMessage());
            return Mono.empty();
        });
    }

    private Mono<Consent> granted(OAuthTokens user, @Nullable String claimedInstallation) {
        return verified(user.accessToken(), claimedInstallation)
                .flatMap(installation -> Mono.zip(mint(installation), api.user(user.accessToken()))
                        .map(both -> GitHubAnswers.tokens(
                                both.getT1(), Map.of(INSTALLATION, installation, INSTALLED_BY, person(both.getT2())))))
                .map(tokens -> new Consent.Granted(app.userGrants() ? List.of(tokens, user) : List.of(tokens)));
    }

    /** The id in the redirect can be written by anybody: it counts only when it is among the user's installations. */
    private Mono<String> verified(Secret user, @Nullable String claimed) {
        if (claimed == null) {
            return onlyOne(user);
        }
        if (!INSTALLATION_ID.matcher(claimed).matches()) {
            return Mono.error(notTheirs());
        }
        return api.reaches(user, claimed).flatMap(theirs -> theirs ? Mono.just(claimed) : Mono.error(notTheirs()));
    }

    /** Where GitHub does not say which installation was meant, there is no doubt only if the user has a single one. */
    private Mono<String> onlyOne(Secret user) {
        return api.userInstallations(user)
                .take(2)
                .map(found -> TokenReplies.required(found, "id"))
                .collectList()
                .flatMap(found -> found.size() == 1
                        ? Mono.just(found.getFirst())
                        : Mono.error(new BadRequest("installation_unclear", "GitHub did not say which installation")));
    }

    private static ProviderException notTheirs() {
        return new BadRequest(
                "installation_not_yours", "The installation does not belong to the GitHub user who came back");
    }

    private static String person(JsonNode user) {
        return TokenReplies.required(user, "login") + " (" + TokenReplies.required(user, "id") + ")";
    }

    /** An owner at GitHub has to approve first. The request is found by the user who made it. */
    private Mono<Consent> awaited(Secret user) {
        return Mono.zip(api.user(user), api.installationRequests())
                .map(both -> new Consent.AwaitingApproval(GitHubAnswers.requestBy(both.getT1(), both.getT2())));
    }

    @Override
    public Mono<InstallationInfo> installationInfo(OAuthTokens tokens) {
        if (KIND_USER.equals(tokens.about().get(KIND))) {
            return userInfo(tokens.accessToken());
        }
        String id = Objects.requireNonNull(tokens.about().get(INSTALLATION));
        return api.installation(id)
                .map(body -> GitHubAnswers.info(body, tokens.about().get(INSTALLED_BY)));
    }

    private Mono<InstallationInfo> userInfo(Secret user) {
        return Mono.zip(
                        api.user(user),
                        api.userInstallations(user).take(MOST_ACCOUNTS).collectList())
                .map(both -> GitHubAnswers.userInfo(both.getT1(), both.getT2()));
    }

    @Override
    public Mono<OAuthTokens> refreshTokens(Grant grant) {
        return isUsers(grant) ? refreshUser(grant) : mintFor(grant);
    }

    private Mono<OAuthTokens> refreshUser(Grant grant) {
        Secret refresh = grant.refreshToken();
        return refresh == null
                ? Mono.error(new ReconnectRequired(Ending.EXPIRED, "no_refresh_token", "There is no refresh token"))
                : api.refresh(refresh).map(reply -> GitHubAnswers.userTokens(reply, Map.of(KIND, KIND_USER)));
    }

    private Mono<OAuthTokens> mintFor(Grant grant) {
        String id = Objects.requireNonNull(grant.externalInstallId());
        return mint(id).map(reply -> GitHubAnswers.tokens(reply, Map.of(INSTALLATION, id)));
    }

    private Mono<Reply> mint(String installation) {
        return api.mint(installation).flatMap(reply -> {
            if (reply.status() == 404) {
                return gone();
            }
            return reply.ok() ? Mono.just(reply) : Mono.error(GitHubErrors.ofMint(reply));
        });
    }

    /** A 404 means gone only from an app that GitHub knows: the wrong app's key finds no installation either. */
    private Mono<Reply> gone() {
        return api.app()
                .then(Mono.error(new ReconnectRequired(
                        Ending.UNINSTALLED, "uninstalled", "The app is no longer installed at GitHub")));
    }

    @Override
    public Mono<TokenCheck> checkToken(Grant grant) {
        Secret token = Objects.requireNonNull(grant.accessToken());
        return isUsers(grant)
                ? api.checkUserToken(token).flatMap(GitHubProvider::userTokenCheck)
                : api.repositories(token).flatMap(GitHubProvider::installationTokenCheck);
    }

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

    /** A token that GitHub knows may still not be allowed what we ask: only 401 says that it is dead. */
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

    /** The key by asking for the app, the client secret by a token that is none: GitHub looks at the client first. */
    @Override
    public Mono<Void> checkCredentials() {
        return app.userGrants() ? api.app().then(checkSecret()) : api.app().then();
    }

    private Mono<Void> checkSecret() {
        return api.checkUserToken(NO_TOKEN).flatMap(reply -> switch (reply.status()) {
            case 404, 422 -> Mono.empty();
            default -> Mono.error(GitHubErrors.ofClientCall("check", reply));
        });
    }

    @Override
    public Mono<Void> revokeTokens(Grant grant) {
        return isUsers(grant) ? revokeUser(grant.accessToken()) : uninstall(grant);
    }

    /** An installation's token ends within the hour, and to uninstall the app would cost more than a token. */
    @Override
    public Mono<Void> discardTokens(OAuthTokens tokens) {
        return KIND_USER.equals(tokens.about().get(KIND)) ? giveBack(tokens.accessToken()) : Mono.empty();
    }

    /** A user has one grant here, so that ending all of the user's tokens ends nobody else's. A dead token ends nothing. */
    private Mono<Void> revokeUser(@Nullable Secret token) {
        return token == null
                ? Mono.empty()
                : api.deleteUserGrant(token).flatMap(reply -> switch (reply.status()) {
                    case 204, 404, 422 -> Mono.empty();
                    default -> Mono.error(GitHubErrors.ofClientCall("revoke", reply));
                });
    }

    private Mono<Void> uninstall(Grant grant) {
        String id = Objects.requireNonNull(grant.externalInstallId());
        return api.uninstall(id).flatMap(reply -> switch (reply.status()) {
            case 204, 404 -> Mono.empty();
            default -> Mono.error(GitHubErrors.ofAppCall("uninstall", reply));
        });
    }
}
