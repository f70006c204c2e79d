package io.oauthservice.provider.jira;

import io.oauthservice.core.Pkce;
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
import io.oauthservice.provider.ProviderException.AccessTokenRejected;
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
import io.oauthservice.provider.TokenReplies;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** The provider for consents of Atlassian users. */
final class JiraProvider
        implements OAuthProvider, TokenChecker, CredentialsChecker, RefreshRulesSource, InstallationReader {

    /**
     * Atlassian announced that the two tokens that a refresh replaces work for ten more minutes. A later use of the
     * replaced refresh token ends all tokens of the consent: docs/providers.md 0, 2.3.
     */
    private static final Duration GRACE = Duration.ofMinutes(10);

    private static final RefreshRules ROTATING = new RefreshRules(RefreshRules.UNLIMITED, GRACE, GRACE);

    /** The cloud id of a site is a UUID: docs/providers.md 2.5. */
    private static final Pattern CLOUD_ID =
            Pattern.compile("\\p{XDigit}{8}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12}");

    /** Requests a refresh token. The granted scopes do not always contain it: docs/providers.md 2.1, 2.2. */
    private static final String OFFLINE_ACCESS = "offline_access";

    /** Limits of refresh tokens: docs/providers.md 2.3. Responses do not contain them. */
    private static final Duration IDLE_LIFETIME = Duration.ofDays(90);

    private static final Duration FAMILY_LIFETIME = Duration.ofDays(365);

    private final JiraProperties app;
    private final JiraApi api;
    private final PlatformDescription description;
    private final Set<String> scopes;

    JiraProvider(JiraProperties app, JiraApi api) {
        this.app = app;
        this.api = api;
        this.description = new PlatformDescription(new Platform("jira"), "Jira/Confluence", CLOUD_ID, app.pkce());
        this.scopes = new LinkedHashSet<>(TokenReplies.scopes(app.scopes()));
        // GET /me needs read:me. Without offline_access there is no refresh token, and no error either (2.1, 2.5).
        this.scopes.addAll(List.of("read:me", OFFLINE_ACCESS));
    }

    @Override
    public PlatformDescription description() {
        return description;
    }

    @Override
    public String registration() {
        return app.clientId();
    }

    @Override
    public RefreshRules refreshRules(Grant grant) {
        return ROTATING;
    }

    /**
     * Without {@code audience} tokens are useless; without {@code prompt} a reconnect is unreliable (docs/providers.md
     * 2.1).
     */
    @Override
    public Mono<URI> authorizationUrl(Authorization authorization) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("audience", app.audience());
        parameters.put("client_id", app.clientId());
        parameters.put("scope", String.join(" ", scopes));
        parameters.put("redirect_uri", authorization.redirectUri().toString());
        parameters.put("state", authorization.state().value());
        parameters.put("response_type", "code");
        parameters.put("prompt", "consent");
        Secret verifier = authorization.codeVerifier();
        if (verifier != null) {
            parameters.put("code_challenge", Pkce.challenge(verifier));
            parameters.put("code_challenge_method", Pkce.METHOD);
        }
        return Mono.just(Authorization.url(app.authUrl(), "/authorize", parameters));
    }

    @Override
    public Mono<Consent> exchangeCode(Callback callback) {
        return callback.requireCode()
                .flatMap(code -> api.exchange(code, callback.redirectUri(), callback.codeVerifier()))
                .map(reply -> tokens(reply, reply.date().plus(FAMILY_LIFETIME)))
                .flatMap(tokens -> tokens.refreshToken() == null
                        ? Mono.error(new Misconfigured(
                                "refresh_token_missing",
                                "Atlassian issued no refresh token: enable offline_access for the app"))
                        : Mono.just(new Consent.Granted(List.of(new Consented(tokens, withoutOffline(scopes))))));
    }

    /** A refresh restarts the idle lifetime, never the lifetime of the family: docs/providers.md 2.3. */
    private OAuthTokens tokens(Reply reply, @Nullable Instant familyEnd) {
        Set<String> granted = withoutOffline(TokenReplies.granted(reply.body(), scopes));
        return TokenReplies.tokens(reply, reply.body(), granted, reply.date().plus(IDLE_LIFETIME), familyEnd);
    }

    private static Set<String> withoutOffline(Set<String> scopes) {
        Set<String> others = new LinkedHashSet<>(scopes);
        others.remove(OFFLINE_ACCESS);
        return others;
    }

    @Override
    public Mono<InstallationInfo> installationInfo(NewGrant grant) {
        Secret token = grant.tokens().accessToken();
        return Mono.zip(api.me(token), api.sites(token), this::info);
    }

    @Override
    public Mono<InstallationInfo> readInstallation(Grant grant) {
        return api.sites(Objects.requireNonNull(grant.accessToken()))
                .map(JiraProvider::organisations)
                .map(found -> InstallationInfo.ofStored(grant, found, metadata(found)));
    }

    private static Map<String, Object> metadata(List<Organisation> sites) {
        return Map.of("sites", sites.size());
    }

    private InstallationInfo info(JsonNode me, JsonNode sites) {
        String user = TokenReplies.required(me, "account_id");
        List<Organisation> organisations = organisations(sites);
        String site = organisations.getFirst().id();
        String person = ProviderHttp.text(me, "name");
        return new InstallationInfo(
                "user:" + user,
                organisations,
                app.clientId() + ":" + site + ":" + user,
                user,
                metadata(organisations),
                person == null ? user : person + " (" + user + ")",
                false,
                false);
    }

    /**
     * Every site once: a site may have one entry for Jira and one for Confluence (docs/providers.md 2.5). At least one.
     */
    private static List<Organisation> organisations(JsonNode sites) {
        if (!sites.isArray()) {
            throw new BadRequest("unexpected_answer", "Atlassian's response is no list of sites");
        }
        Map<String, Organisation> found = new LinkedHashMap<>();
        for (JsonNode site : sites) {
            String id = TokenReplies.required(site, "id");
            found.putIfAbsent(
                    id, new Organisation(id, ProviderHttp.text(site, "name"), ProviderHttp.text(site, "url")));
        }
        if (found.isEmpty()) {
            throw new GrantEnded(
                    Ending.NO_SITES, "no_sites", "The Atlassian user has no site that is granted to this app");
        }
        return List.copyOf(found.values());
    }

    @Override
    public Mono<OAuthTokens> refreshTokens(Grant grant) {
        return grant.requireRefreshToken().flatMap(api::refresh).map(reply -> tokens(reply, null));
    }

    @Override
    public Mono<TokenCheck> checkToken(Grant grant) {
        return api.sites(Objects.requireNonNull(grant.accessToken()))
                .thenReturn(TokenCheck.ACCEPTED)
                .onErrorResume(AccessTokenRejected.class, rejected -> Mono.just(TokenCheck.REJECTED))
                .onErrorResume(BadRequest.class, scopeMissing -> Mono.just(TokenCheck.ACCEPTED));
    }

    /** Sends an invalid refresh token: Atlassian authenticates the client first (docs/providers.md 2.2). */
    @Override
    public Mono<Void> checkCredentials() {
        return api.refresh(Secret.of("credentials-check"))
                .then()
                .onErrorResume(GrantEnded.class, clientAccepted -> Mono.empty());
    }

    /** Atlassian documents no revocation for 3LO; users end access under "Connected apps": docs/providers.md 2.6. */
    @Override
    public Mono<Void> revokeTokens(Grant grant) {
        Secret refresh = grant.refreshToken();
        return refresh == null || !app.revokeAtProvider() ? Mono.empty() : api.revoke(refresh);
    }

    private record Consented(OAuthTokens tokens, Set<String> requestedScopes) implements NewGrant {}
}
