package io.oauthservice.provider.slack;

import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.provider.Authorization;
import io.oauthservice.provider.Callback;
import io.oauthservice.provider.Consent;
import io.oauthservice.provider.Grant;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.ReconnectRequired;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.provider.ProviderHttp.Reply;
import io.oauthservice.provider.RefreshRules;
import io.oauthservice.provider.RefreshRules.OldToken;
import io.oauthservice.provider.TokenCheck;
import io.oauthservice.provider.TokenReplies;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.publisher.Mono;

/** The five calls of the contract, for Slack's bot and user tokens. No PKCE: it would make the app a public client. */
final class SlackProvider implements OAuthProvider {

    private static final Platform SLACK = new Platform("slack");

    /**
     * At most two access tokens are active; one more invalidates the oldest (docs.slack.dev, "Using token rotation", read in
     * August 2026). A redeemed refresh token stays good for a short while of undocumented length: nothing to count on.
     */
    private static final RefreshRules RULES = new RefreshRules(OldToken.SURVIVES_ONE_REFRESH, Duration.ZERO);

    private static final String NONE = "-";

    /** Of a workspace or an organisation: https://docs.slack.dev/apis/events-api#event-type-structure */
    private static final Pattern TEAM_ID = Pattern.compile("[TE][A-Z0-9]+");

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
    public Platform platform() {
        return SLACK;
    }

    @Override
    public String displayName() {
        return "Slack";
    }

    @Override
    public boolean isOrganisationId(String text) {
        return TEAM_ID.matcher(text).matches();
    }

    @Override
    public RefreshRules refreshRules(Grant grant) {
        return RULES;
    }

    @Override
    public Set<String> requestedScopes(OAuthTokens tokens) {
        return isUsers(tokens) ? userScopes : botScopes;
    }

    private static boolean isUsers(OAuthTokens tokens) {
        return SlackInstall.USER.equals(tokens.about().get(SlackInstall.KIND));
    }

    @Override
    public Mono<URI> authorizationUrl(Authorization authorization) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("client_id", app.clientId());
        values.put("scope", String.join(",", botScopes));
        values.put("user_scope", String.join(",", userScopes));
        values.put("redirect_uri", authorization.redirectUri().toString());
        values.put("state", authorization.state().value());
        values.values().removeIf(""::equals);
        UriComponentsBuilder url = UriComponentsBuilder.fromUri(app.webUrl()).path("/oauth/v2/authorize");
        values.keySet().forEach(name -> url.queryParam(name, "{" + name + "}"));
        return Mono.just(url.encode().build(values));
    }

    @Override
    public Mono<Consent> exchangeCode(Callback callback) {
        Secret code = callback.code();
        if (code == null) {
            return Mono.error(new BadRequest("code_missing", "Slack's callback carries no code"));
        }
        return api.exchange(code, callback.redirectUri())
                .map(SlackInstall::grants)
                .flatMap(grants -> grants.isEmpty()
                        ? Mono.error(new Misconfigured("no_scopes", "Slack gave no token: no scopes are asked for"))
                        : Mono.just(new Consent.Granted(grants)));
    }

    @Override
    public Mono<InstallationInfo> installationInfo(OAuthTokens tokens) {
        return api.test(tokens.accessToken())
                .flatMap(tested -> organisations(tokens).map(organisations -> info(tokens, tested, organisations)));
    }

    /** A workspace, or an organisation with all the workspaces that its admin has given to the app. */
    private Mono<List<Organisation>> organisations(OAuthTokens tokens) {
        Map<String, String> about = tokens.about();
        if (!isOrgWide(about)) {
            return Mono.just(List.of(new Organisation(required(about, "team_id"), about.get("team_name"), null)));
        }
        Organisation enterprise =
                new Organisation(required(about, "enterprise_id"), about.get("enterprise_name"), null);
        return api.teams(tokens.accessToken())
                .map(team -> Organisation.inherited(
                        TokenReplies.required(team, "id"), ProviderHttp.text(team, "name"), null))
                .collectList()
                .map(teams -> {
                    List<Organisation> all = new ArrayList<>(List.of(enterprise));
                    all.addAll(teams);
                    return all;
                });
    }

    private static InstallationInfo info(OAuthTokens tokens, Reply tested, List<Organisation> organisations) {
        Map<String, String> about = tokens.about();
        String user = about.get("user_id");
        String install = about.getOrDefault("app_id", NONE) + ":" + about.getOrDefault("enterprise_id", NONE) + ":"
                + about.getOrDefault("team_id", NONE);
        return new InstallationInfo(
                isUsers(tokens) ? install + ":user:" + user : install + ":bot",
                organisations,
                install,
                isUsers(tokens) ? user : null,
                metadata(about, tested.text("url")),
                user,
                false,
                false);
    }

    private static Map<String, Object> metadata(Map<String, String> about, @Nullable String url) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        for (String name : List.of("app_id", "bot_user_id", "team_id", "enterprise_id")) {
            String value = about.get(name);
            if (value != null) {
                metadata.put(name, value);
            }
        }
        if (url != null) {
            metadata.put("url", url);
        }
        metadata.put(SlackInstall.ENTERPRISE_INSTALL, isOrgWide(about));
        return metadata;
    }

    private static boolean isOrgWide(Map<String, String> about) {
        return Boolean.parseBoolean(about.get(SlackInstall.ENTERPRISE_INSTALL));
    }

    private static String required(Map<String, String> about, String name) {
        String value = about.get(name);
        if (value == null) {
            throw new BadRequest("unexpected_answer", "Slack's answer lacks " + name);
        }
        return value;
    }

    @Override
    public Mono<OAuthTokens> refreshTokens(Grant grant) {
        Secret refresh = grant.refreshToken();
        return refresh == null
                ? Mono.error(new ReconnectRequired(Ending.EXPIRED, "no_refresh_token", "There is no refresh token"))
                : api.refresh(refresh).map(SlackInstall::refreshed);
    }

    @Override
    public Mono<TokenCheck> checkToken(Grant grant) {
        return api.test(Objects.requireNonNull(grant.accessToken()))
                .thenReturn(TokenCheck.ACCEPTED)
                .onErrorResume(ReconnectRequired.class, dead -> Mono.just(TokenCheck.REJECTED))
                .onErrorResume(SlackErrors::isInconclusive, unclear -> Mono.just(TokenCheck.UNDECIDED));
    }

    /** A refresh token that is none: Slack looks at the client first, and only then at the token. */
    @Override
    public Mono<Void> checkCredentials() {
        return api.refresh(Secret.of("xoxe-1-credentials-check"))
                .then()
                .onErrorResume(ReconnectRequired.class, clientIsTaken -> Mono.empty());
    }

    /**
     * With rotation Slack revokes only the token that is sent, so both are sent, the refresh token first: an expired access
     * token cannot revoke itself. Without rotation the last token of a workspace takes the app with it.
     *
     * <p>An answer about the access token proves that our address may call. Then an unknown refresh token is a used one.
     */
    @Override
    public Mono<Void> revokeTokens(Grant grant) {
        return revoked(grant.refreshToken())
                .onErrorResume(SlackErrors::isInvalidAuth, unknown -> Mono.empty())
                .then(revoked(grant.accessToken()));
    }

    /** Without token rotation Slack issues the same token again at each consent: it may be the one that is stored. */
    @Override
    public Mono<Void> discardTokens(OAuthTokens tokens) {
        return tokens.refreshToken() == null ? Mono.empty() : OAuthProvider.super.discardTokens(tokens);
    }

    private Mono<Void> revoked(@Nullable Secret token) {
        return token == null
                ? Mono.empty()
                : api.revoke(token)
                        .then()
                        .onErrorResume(ReconnectRequired.class, alreadyGone -> Mono.empty())
                        .onErrorResume(SlackErrors::isExpired, alreadyGone -> Mono.empty());
    }
}
