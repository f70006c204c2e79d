package io.oauthservice.session;

import io.oauthservice.core.Secret;
import io.oauthservice.session.SessionOwner.Person;
import io.oauthservice.web.BrowserCookie;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.ProblemType;
import io.oauthservice.web.PublicAddress;
import io.oauthservice.web.Redirects;
import io.swagger.v3.oas.annotations.Hidden;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Redirects browsers to the OpenID provider, and opens a session when they return. */
@RestController
@Hidden
class OidcController {

    static final String START = "/ui/sign-in/oidc";
    static final String CALLBACK = "/ui/sign-in/callback";

    private static final Logger log = LoggerFactory.getLogger(OidcController.class);

    private static final List<String> NAMES = List.of("name", "preferred_username", "email");

    /** No invisible characters except zero-width joiners. */
    private static final Pattern SHOWN = Pattern.compile("[\\P{C}\\x{200C}\\x{200D}]{1,100}");

    private final OidcProperties properties;
    private final OpenIdProvider provider;
    private final Roles roles;
    private final BrowserSessions browsers;
    private final BrowserCookie cookie;

    OidcController(
            OidcProperties properties,
            OpenIdProvider provider,
            Roles roles,
            BrowserSessions browsers,
            PublicAddress address) {
        this.properties = properties;
        this.provider = provider;
        this.roles = roles;
        this.browsers = browsers;
        this.cookie = new BrowserCookie("oauth_sign_in", IdTokens.SIGN_IN, address);
    }

    /** The address that starts a sign-in, which shows this page afterwards. */
    static String address(String returnTo) {
        return START + "?" + SavedRequest.RETURN_TO + "=" + URLEncoder.encode(returnTo, StandardCharsets.UTF_8);
    }

    @GetMapping(START)
    Mono<ResponseEntity<Void>> start(
            @RequestParam(name = SavedRequest.RETURN_TO, required = false) @Nullable String returnTo,
            ServerWebExchange exchange) {
        requireConfigured();
        PendingSignIn pending = PendingSignIn.start(SavedRequest.checkedReturnTo(returnTo));
        return provider.authorization(pending)
                .doOnNext(found -> cookie.set(exchange, pending.cookie()))
                .map(Redirects::found);
    }

    @GetMapping(CALLBACK)
    Mono<ResponseEntity<Void>> finish(ServerWebExchange exchange) {
        requireConfigured();
        MultiValueMap<String, String> query = exchange.getRequest().getQueryParams();
        PendingSignIn pending = cookie.value(exchange)
                .flatMap(PendingSignIn::parse)
                .filter(found -> found.state().equals(Secret.of(single(query, "state"))))
                .orElseThrow(SignInProblems::notPending);
        cookie.remove(exchange);
        return provider.redeem(code(query), pending)
                .flatMap(token -> open(token, exchange))
                .thenReturn(Redirects.seeOther(URI.create(pending.returnTo())));
    }

    private void requireConfigured() {
        if (!properties.isConfigured()) {
            throw new ProblemException(
                    ProblemType.NOT_FOUND, "This service has no identity provider. Sign in with an API key");
        }
    }

    private Secret code(MultiValueMap<String, String> query) {
        // RFC 9207: the response must come from the provider that was asked.
        if (query.containsKey("iss") && !single(query, "iss").equals(properties.issuer())) {
            throw SignInProblems.otherIssuer();
        }
        if (single(query, "code").isEmpty()) {
            throw SignInProblems.declined(query.getFirst("error"));
        }
        return Secret.of(single(query, "code"));
    }

    /** Empty where there is none, or more than one. */
    private static String single(MultiValueMap<String, String> query, String name) {
        List<String> values = query.getOrDefault(name, List.of());
        String value = values.size() == 1 ? values.getFirst() : null;
        return value == null ? "" : value;
    }

    private Person person(Jwt token) {
        String subject = Objects.requireNonNull(token.getSubject(), "The validator requires sub");
        return new Person(
                properties.issuer(), subject, roles.configuredRoles(token.getClaims()), displayName(token, subject));
    }

    private static String displayName(Jwt token, String subject) {
        return NAMES.stream()
                .map(token::getClaim)
                .filter(claim -> claim instanceof String text
                        && !text.isBlank()
                        && SHOWN.matcher(text).matches())
                .map(String::valueOf)
                .findFirst()
                .orElse(subject);
    }

    private Mono<Void> open(Jwt token, ServerWebExchange exchange) {
        Person person = person(token);
        return roles.caller(person)
                .map(caller -> browsers.open(person, exchange)
                        .doOnSuccess(opened -> log.info("Signed in: client={}", caller.name())))
                .orElseThrow(() -> roles.hasRolesClaim(token.getClaims())
                        ? SignInProblems.noRole(person.subject(), properties.rolesClaim())
                        : SignInProblems.noRolesClaim(person.subject(), properties.rolesClaim()));
    }
}
