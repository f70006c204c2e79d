package io.oauthservice.provider.slack;

import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.provider.Authorization;
import io.oauthservice.provider.Callback;
import io.oauthservice.provider.Consent;
import io.oauthservice.provider.CredentialsChecker;
import io.oauthservice.provider.Grant;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.oauthservice.provider.InstallationReader;
import io.oauthservice.provider.NewGrant;
import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.PlatformDescription;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.provider.ProviderHttp.Reply;
import io.oauthservice.provider.RefreshRules;
import io.oauthservice.provider.RefreshRulesSource;
import io.oauthservice.provider.TokenCheck;
import io.oauthservice.provider.TokenChecker;
import io.oauthservice.provider.TokenDiscarder;
import io.oauthservice.provider.TokenReplies;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** The provider for Slack's bot and user tokens. */
final class SlackProvider
        implements OAuthProvider,
                TokenChecker,
                CredentialsChecker,
                TokenDiscarder,
                RefreshRulesSource,
                InstallationReader {

    /**
     * Ids of workspaces and organisations: https://docs.slack.dev/apis/events-api#event-type-structure. No PKCE: it
     * would turn the app into a public client for good (docs/providers.md 3.1).
     */
    static final PlatformDescription SLACK =
            new PlatformDescription(new Platform("slack"), "Slack", Pattern.compile("[TE][A-Z0-9]+"), false);

    /**
     * Two access tokens are valid at a time; a further one invalidates the oldest. The reuse interval of refresh tokens
     * is undocumented, so none is assumed. docs/providers.md 3.4, seen in August 2026.
     */
    private static final RefreshRules RULES = new RefreshRules(1, RefreshRules.UNTIL_EXPIRY, Duration.ZERO);

    private final SlackProperties app;
    private final SlackApi api;
    private final Set<String> botScopes;
    private final Set<String> userScopes;

    SlackProvider(SlackProperties app, SlackApi api) {
        this.app = app;
        this.api = api;
        this.botScopes = TokenReplies.scopes(app.scopes());
        this.userScopes = TokenReplies.scopes(app.userScopes());
    }

    @Override
    public PlatformDescription description() {
        return SLACK;
    }

    @Override
    public String registration() {
        return app.clientId();
    }

    @Override
    public RefreshRules refreshRules(Grant grant) {
        return RULES;
    }

    /** Slack separates scopes by commas: docs/providers.md 3.1. */
    @Override
    public Mono<URI> authorizationUrl(Authorization authorization) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("client_id", app.clientId());
        parameters.put("scope", String.join(",", botScopes));
        parameters.put("user_scope", String.join(",", userScopes));
        parameters.put("redirect_uri", authorization.redirectUri().toString());
        parameters.put("state", authorization.state().value());
        return Mono.just(Authorization.url(app.webUrl(), "/oauth/v2/authorize", parameters));
    }

    @Override
    public Mono<Consent> exchangeCode(Callback callback) {
        return callback.requireCode()
                .flatMap(code -> api.exchange(code, callback.redirectUri()))
                .map(this::grants)
                .flatMap(grants -> grants.isEmpty()
                        ? Mono.error(new Misconfigured(
                                "no_scopes", "Slack issued no token: set SLACK_SCOPES or SLACK_USER_SCOPES"))
                        : Mono.just(new Consent.Granted(grants)));
    }

    /** The bot's grant, the user's, or both: docs/providers.md 3.2. */
    private List<SlackGrant> grants(Reply reply) {
        SlackInstall install = SlackInstall.of(reply.body());
        JsonNode user = reply.body().path("authed_user");
        List<SlackGrant> grants = new ArrayList<>();
        if (reply.text("access_token") != null) {
            grants.add(
                    new SlackGrant(tokens(reply, reply.body(), botScopes), requiredScopes(botScopes), install, null));
        }
        if (ProviderHttp.text(user, "access_token") != null) {
            String userId = TokenReplies.required(user, "id");
            grants.add(new SlackGrant(tokens(reply, user, userScopes), requiredScopes(userScopes), install, userId));
        }
        return grants;
    }

    /** A user can deselect optional scopes, so they are never missing: docs/providers.md 0. */
    private Set<String> requiredScopes(Set<String> requested) {
        Set<String> required = new LinkedHashSet<>(requested);
        required.removeAll(TokenReplies.scopes(app.optionalScopes()));
        return required;
    }

    private static OAuthTokens tokens(Reply reply, JsonNode object, Set<String> requested) {
        Set<String> granted = TokenReplies.granted(object, requested);
        return TokenReplies.tokens(reply, object, granted, null, null);
    }

    @Override
    public Mono<InstallationInfo> installationInfo(NewGrant grant) {
        SlackGrant slack = (SlackGrant) grant;
        return api.test(slack.tokens().accessToken())
                .flatMap(tested -> organisations(slack).map(organisations -> slack.info(organisations, tested)));
    }

    private Mono<List<Organisation>> organisations(SlackGrant grant) {
        return organisations(grant.install(), api.teams(grant.tokens().accessToken()));
    }

    /** The workspace, or the organisation with the workspaces that its admin has chosen: docs/providers.md 3.5. */
    private static Mono<List<Organisation>> organisations(SlackInstall install, Flux<JsonNode> teams) {
        Organisation main = install.main();
        return install.orgWide()
                ? teams.map(team -> Organisation.inherited(
                                TokenReplies.required(team, "id"), ProviderHttp.text(team, "name"), null))
                        .startWith(main)
                        .collectList()
                : Mono.just(List.of(main));
    }

    @Override
    public Mono<InstallationInfo> readInstallation(Grant grant) {
        Secret token = Objects.requireNonNull(grant.accessToken());
        return api.test(token)
                .flatMap(tested -> read(grant, tested, api.allTeams(token)))
                .onErrorMap(GrantEnded.class, ended -> SlackErrors.tokenRejected(Ending.TOKENS_REVOKED, ended.code()))
                .onErrorMap(BadRequest.class, SlackErrors::ofRead);
    }

    private static Mono<InstallationInfo> read(Grant grant, Reply tested, Flux<JsonNode> teams) {
        SlackInstall install = SlackInstall.of(Objects.requireNonNull(grant.externalInstallId()), tested);
        return organisations(install, teams)
                .map(organisations -> InstallationInfo.ofStored(
                        grant, organisations, install.metadata(tested.text("url"), grant.externalUserId())));
    }

    /** The response to a refresh has the token at the top level, a user's token too: docs/providers.md 3.4. */
    @Override
    public Mono<OAuthTokens> refreshTokens(Grant grant) {
        return grant.requireRefreshToken().flatMap(api::refresh).map(reply -> tokens(reply, reply.body(), Set.of()));
    }

    @Override
    public Mono<TokenCheck> checkToken(Grant grant) {
        return api.test(Objects.requireNonNull(grant.accessToken()))
                .thenReturn(TokenCheck.ACCEPTED)
                .onErrorResume(GrantEnded.class, rejected -> Mono.just(TokenCheck.REJECTED))
                .onErrorResume(SlackErrors::isInconclusive, unclear -> Mono.just(TokenCheck.UNDECIDED));
    }

    /** Sends an invalid refresh token: Slack authenticates the client first (docs/providers.md 3.2). */
    @Override
    public Mono<Void> checkCredentials() {
        return api.refresh(Secret.of("xoxe-1-credentials-check"))
                .then()
                .onErrorResume(GrantEnded.class, clientAccepted -> Mono.empty());
    }

    /**
     * With rotation Slack revokes only the token that is sent, so both are sent (docs/providers.md 3.6), the refresh
     * token first: an expired access token cannot revoke itself. Without rotation, revoking the last token of a
     * workspace removes the app from it.
     *
     * <p>{@code invalid_auth} means an unknown token, or an address that may not call (docs/providers.md 0). A
     * conclusive response about the access token excludes the latter; then the refresh token was used before.
     */
    @Override
    public Mono<Void> revokeTokens(Grant grant) {
        return revoke(grant.refreshToken())
                .onErrorResume(SlackErrors::isInvalidAuth, unknown -> Mono.empty())
                .then(revoke(grant.accessToken()));
    }

    /** Without rotation Slack issues the same token again at each consent: it may be stored (docs/providers.md 3.3). */
    @Override
    public Mono<Void> discardTokens(NewGrant grant, boolean connected) {
        boolean maybeStored = connected && grant.tokens().refreshToken() == null;
        return maybeStored ? Mono.empty() : revokeTokens(Grant.of(grant.tokens()));
    }

    private Mono<Void> revoke(@Nullable Secret token) {
        return token == null
                ? Mono.empty()
                : api.revoke(token)
                        .then()
                        .onErrorResume(GrantEnded.class, alreadyRevoked -> Mono.empty())
                        .onErrorResume(SlackErrors::isExpired, alreadyExpired -> Mono.empty());
    }

    /** @param userId the user whose token it is; null: the bot's */
    private record SlackGrant(
            OAuthTokens tokens,
            Set<String> requestedScopes,
            SlackInstall install,
            @Nullable String userId) implements NewGrant {

        InstallationInfo info(List<Organisation> organisations, Reply tested) {
            return new InstallationInfo(
                    install.key() + (userId == null ? ":bot" : ":user:" + userId),
                    organisations,
                    install.key(),
                    userId,
                    install.metadata(tested.text("url"), userId),
                    install.userId(),
                    false,
                    false);
        }
    }
}
