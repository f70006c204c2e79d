package io.oauthservice.provider.jira;

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
import io.oauthservice.provider.Pkce;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.ReconnectRequired;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.provider.ProviderHttp.Reply;
import io.oauthservice.provider.RefreshRules;
import io.oauthservice.provider.TokenCheck;
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
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** The five calls of the contract, for consents of Atlassian users. */
final class JiraProvider implements OAuthProvider {

    private static final Platform JIRA = new Platform("jira");

    /** The token that was just replaced may come again for ten minutes; after that it kills the whole family. */
    private static final RefreshRules ROTATING = new RefreshRules(true, Duration.ofMinutes(10));

    private static final Pattern CLOUD_ID =
            Pattern.compile("\\p{XDigit}{8}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12}");

    private static final Duration IDLE_LIFE = Duration.ofDays(90);
    private static final Duration FAMILY_LIFE = Duration.ofDays(365);

    private final JiraProperties app;
    private final JiraApi api;
    private final Set<String> scopes = new LinkedHashSet<>();

    JiraProvider(JiraProperties app, JiraApi api) {
        this.app = app;
        this.api = api;
        this.scopes.addAll(TokenReplies.scopes(app.scopes()));
        // Without it there is no refresh token, and nothing says so; /me needs the other.
        this.scopes.addAll(List.of("read:me", "offline_access"));
    }

    @Override
    public Platform platform() {
        return JIRA;
    }

    @Override
    public String displayName() {
        return "Jira/Confluence";
    }

    /** A site's cloud id is a UUID. */
    @Override
    public boolean isOrganisationId(String text) {
        return CLOUD_ID.matcher(text).matches();
    }

    @Override
    public boolean pkce() {
        return app.pkce();
    }

    /** {@code offline_access} is how a refresh token is asked for; it is not always among what is granted. */
    @Override
    public Set<String> requestedScopes(OAuthTokens tokens) {
        Set<String> requested = new LinkedHashSet<>(scopes);
        requested.remove("offline_access");
        return requested;
    }

    @Override
    public RefreshRules refreshRules(Grant grant) {
        return ROTATING;
    }

    @Override
    public Mono<URI> authorizationUrl(Authorization authorization) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("audience", app.audience());
        values.put("client_id", app.clientId());
        values.put("scope", String.join(" ", scopes));
        values.put("redirect_uri", authorization.redirectUri().toString());
        values.put("state", authorization.state().value());
        values.put("response_type", "code");
        values.put("prompt", "consent");
        Secret verifier = authorization.codeVerifier();
        if (verifier != null) {
            values.put("code_challenge", Pkce.challenge(verifier));
            values.put("code_challenge_method", Pkce.METHOD);
        }
        UriComponentsBuilder url = UriComponentsBuilder.fromUri(app.authUrl()).path("/authorize");
        values.keySet().forEach(name -> url.queryParam(name, "{" + name + "}"));
        return Mono.just(url.encode().build(values));
    }

    @Override
    public Mono<Consent> exchangeCode(Callback callback) {
        Secret code = callback.code();
        if (code == null) {
            return Mono.error(new BadRequest("code_missing", "Atlassian's callback carries no code"));
        }
        return api.exchange(code, callback.redirectUri(), callback.codeVerifier())
                .map(reply -> tokens(reply, reply.date().plus(FAMILY_LIFE)))
                .flatMap(tokens -> tokens.refreshToken() == null
                        ? Mono.error(new Misconfigured(
                                "refresh_token_missing", "Atlassian gave no refresh token: offline_access is missing"))
                        : Mono.just(new Consent.Granted(List.of(tokens))));
    }

    /** A refresh prolongs the time without use, never the life of the whole family. */
    private static OAuthTokens tokens(Reply reply, @Nullable Instant familyEnd) {
        String refresh = reply.text("refresh_token");
        return new OAuthTokens(
                Secret.of(TokenReplies.required(reply.body(), "access_token")),
                refresh == null ? null : Secret.of(refresh),
                reply.date(),
                TokenReplies.expiry(reply, reply.body()),
                reply.date().plus(IDLE_LIFE),
                familyEnd,
                granted(reply),
                Map.of(),
                Map.of());
    }

    private static Set<String> granted(Reply reply) {
        Set<String> granted = TokenReplies.scopes(reply.text("scope"));
        granted.remove("offline_access");
        return granted;
    }

    @Override
    public Mono<InstallationInfo> installationInfo(OAuthTokens tokens) {
        return Mono.zip(api.me(tokens.accessToken()), api.sites(tokens.accessToken()))
                .map(both -> info(both.getT1(), both.getT2()));
    }

    private InstallationInfo info(JsonNode me, JsonNode sites) {
        String user = TokenReplies.required(me, "account_id");
        List<Organisation> organisations = organisations(sites);
        if (organisations.isEmpty()) {
            throw new ReconnectRequired(
                    Ending.NO_SITES, "no_sites", "The Atlassian user reaches no site with this app");
        }
        String site = organisations.getFirst().id();
        String person = ProviderHttp.text(me, "name");
        return new InstallationInfo(
                "user:" + user,
                organisations,
                app.clientId() + ":" + site + ":" + user,
                user,
                Map.of("sites", organisations.size()),
                person == null ? user : person + " (" + user + ")",
                false,
                false);
    }

    /** One entry a site, also where Jira and Confluence of one site come as two. */
    private static List<Organisation> organisations(JsonNode sites) {
        Map<String, Organisation> found = new LinkedHashMap<>();
        for (JsonNode site : sites) {
            String id = TokenReplies.required(site, "id");
            found.putIfAbsent(
                    id, new Organisation(id, ProviderHttp.text(site, "name"), ProviderHttp.text(site, "url")));
        }
        return List.copyOf(found.values());
    }

    @Override
    public Mono<OAuthTokens> refreshTokens(Grant grant) {
        @Nullable Secret refresh = grant.refreshToken();
        return refresh == null
                ? Mono.error(new ReconnectRequired(Ending.EXPIRED, "no_refresh_token", "There is no refresh token"))
                : api.refresh(refresh).map(reply -> tokens(reply, null));
    }

    @Override
    public Mono<TokenCheck> checkToken(Grant grant) {
        return api.sites(Objects.requireNonNull(grant.accessToken()))
                .thenReturn(TokenCheck.ACCEPTED)
                .onErrorResume(ReconnectRequired.class, dead -> Mono.just(TokenCheck.REJECTED))
                .onErrorResume(BadRequest.class, scopeMissing -> Mono.just(TokenCheck.ACCEPTED));
    }

    /** A refresh token that is none: Atlassian looks at the client first, and only then at the token. */
    @Override
    public Mono<Void> checkCredentials() {
        return api.refresh(Secret.of("credentials-check"))
                .then()
                .onErrorResume(ReconnectRequired.class, clientIsTaken -> Mono.empty());
    }

    /** Atlassian has no revocation for 3LO that it documents: people end the access under "Connected apps". */
    @Override
    public Mono<Void> revokeTokens(Grant grant) {
        Secret refresh = grant.refreshToken();
        return refresh == null || !app.revokeAtProvider() ? Mono.empty() : api.revoke(refresh);
    }
}
