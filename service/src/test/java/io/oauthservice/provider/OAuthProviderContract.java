package io.oauthservice.provider;

import static io.oauthservice.Fault.dropReply;
import static io.oauthservice.Fault.gatewayPage;
import static io.oauthservice.Fault.hang;
import static io.oauthservice.Fault.rateLimit;
import static io.oauthservice.Fault.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import io.oauthservice.Fault;
import io.oauthservice.SandboxControl;
import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.sandbox.Sandbox;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

/**
 * The contract of every {@link OAuthProvider}, tested against the sandbox. A provider's test extends it, implements
 * what users do on its pages, and adds its own cases.
 */
@ProviderTest
public abstract class OAuthProviderContract {

    /** The calls with an effect at the provider, or with a grant. */
    public enum Call {
        EXCHANGE,
        INFO,
        REFRESH,
        REVOKE
    }

    private static final Duration TIME_LIMIT = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Secret VERIFIER = Secret.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");

    @Autowired
    private Providers providers;

    @Autowired
    private List<OAuthProvider> unguarded;

    @Autowired
    private Sandbox sandbox;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    private final Browser browser = new Browser();

    protected abstract Platform platform();

    /** Controls the simulated provider. */
    protected abstract SandboxControl atTheProvider();

    /** The sandbox's name of the operation that decides this call; null where no response decides it. */
    protected abstract @Nullable String operation(Call call);

    /** Approves on the consent page and on every page that follows; the address that the browser is sent to then. */
    protected abstract String approve(Page page);

    /** The customer ends the grant at the provider. */
    protected abstract void endAtTheProvider(InstallationInfo info);

    /** The provider's status for a harmless request with the token. */
    protected abstract int statusOfUsing(Secret accessToken);

    /** The same provider, unguarded, configured with a client secret that is wrong. */
    protected abstract OAuthProvider withWrongSecret();

    /** The same provider, unguarded, configured with addresses where nothing listens. */
    protected abstract OAuthProvider unreachable();

    protected final GuardedProvider provider() {
        return providers.get(platform());
    }

    protected final Sandbox sandbox() {
        return sandbox;
    }

    @Test
    void theBrowserReturnsToTheRegisteredAddressWithTheState() {
        String returned = approve(consentPage(provider(), "the-state"));

        assertThat(returned).startsWith(redirectUri() + "?");
        assertThat(query(returned)).containsEntry("state", "the-state").containsKey("code");
        assertThat(atTheProvider().violations()).isEmpty();
    }

    @Test
    void aCodeGivesGrantsWhoseTokensWork() {
        Consent consent = get(provider().exchangeCode(consent()));

        assertThat(consent)
                .isInstanceOfSatisfying(
                        Consent.Granted.class,
                        granted -> assertThat(granted.grants())
                                .isNotEmpty()
                                .allSatisfy(grant -> assertThat(
                                                statusOfUsing(grant.tokens().accessToken()))
                                        .isEqualTo(200)));
        assertThat(atTheProvider().violations()).isEmpty();
    }

    @Test
    void aCodeWorksOnce() {
        Callback callback = consent();
        get(provider().exchangeCode(callback));

        StepVerifier.create(provider().exchangeCode(callback))
                .expectError(BadRequest.class)
                .verify(PATIENCE);
    }

    @Test
    void theSameGrantHasTheSameKeyAfterAnotherConsent() {
        Connected first = connect();

        Connected second = connect();

        assertThat(second.info().grantKey()).isEqualTo(first.info().grantKey());
        assertThat(second.info().main()).isEqualTo(first.info().main());
    }

    /** Otherwise the first comparison with the provider would find a change. */
    @Test
    void aStoredGrantIsReadAsItWasConnected() {
        Connected connected = connect();

        InstallationInfo read = get(provider().readInstallation(connected.grant()));

        assertThat(read.organisations()).isEqualTo(connected.info().organisations());
        assertThat(read.metadata()).isEqualTo(connected.info().metadata());
        assertThat(read.grantKey()).isEqualTo(connected.info().grantKey());
        assertThat(read.externalInstallId()).isEqualTo(connected.info().externalInstallId());
        assertThat(read.externalUserId()).isEqualTo(connected.info().externalUserId());
    }

    @Test
    void refreshedTokensWorkAndDiffer() {
        Connected connected = connect();

        OAuthTokens refreshed = get(provider().refreshTokens(connected.grant()));

        assertThat(refreshed.accessToken()).isNotEqualTo(connected.tokens().accessToken());
        assertThat(statusOfUsing(refreshed.accessToken())).isEqualTo(200);
        assertThat(atTheProvider().violations()).isEmpty();
    }

    @Test
    void aGrantThatEndedAtTheProviderRequiresAReconnect() {
        Connected connected = connect();

        endAtTheProvider(connected.info());

        StepVerifier.create(provider().refreshTokens(connected.grant()))
                .expectError(GrantEnded.class)
                .verify(PATIENCE);
    }

    @Test
    void aTokenIsValidUntilItsGrantEnds() {
        Connected connected = connect();
        assertThat(get(provider().checkToken(connected.grant()))).isEqualTo(TokenCheck.ACCEPTED);

        endAtTheProvider(connected.info());

        assertThat(get(provider().checkToken(connected.grant()))).isEqualTo(TokenCheck.REJECTED);
    }

    @Test
    void clientCredentialsAreCheckedWithoutTouchingAnyGrant() {
        Connected connected = connect();

        StepVerifier.create(provider().checkCredentials()).expectComplete().verify(PATIENCE);
        StepVerifier.create(credentialsCheck(withWrongSecret()))
                .expectError(Misconfigured.class)
                .verify(PATIENCE);
        StepVerifier.create(credentialsCheck(unreachable()))
                .expectError(Retryable.class)
                .verify(PATIENCE);

        assertThat(statusOfUsing(connected.tokens().accessToken())).isEqualTo(200);
    }

    private static Mono<Void> credentialsCheck(OAuthProvider provider) {
        return ((CredentialsChecker) provider).checkCredentials();
    }

    @Test
    void revokingEndsTheTokenAndRevokingAgainDoesNoHarm() {
        assumeThat(operation(Call.REVOKE)).isNotNull();
        Connected connected = connect();

        StepVerifier.create(provider().revokeTokens(connected.grant()))
                .expectComplete()
                .verify(PATIENCE);
        StepVerifier.create(provider().revokeTokens(connected.grant()))
                .expectComplete()
                .verify(PATIENCE);

        assertThat(statusOfUsing(connected.tokens().accessToken())).isNotEqualTo(200);
    }

    /** Responses after which it is unknown whether the request took effect. */
    static Stream<Arguments> inconclusiveResponses() {
        Map<String, Fault> troubles = Map.of(
                "a server error", status(500),
                "a gateway's page", gatewayPage(503),
                "a page in place of JSON", gatewayPage(200),
                "an empty body", status(200).body(""),
                "a lost reply", dropReply());
        return Arrays.stream(Call.values())
                .flatMap(call -> troubles.entrySet().stream()
                        .map(trouble -> Arguments.of(call, trouble.getKey(), trouble.getValue())));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("inconclusiveResponses")
    void afterAnInconclusiveResponseTheCallMayHaveTakenEffect(Call call, String what, Fault fault) {
        Mono<?> prepared = prepared(provider(), call);
        fail(call, fault);

        ProviderException failure = failureOf(prepared);

        assertThat(failure)
                .as(what)
                .isInstanceOfSatisfying(
                        Retryable.class,
                        retryable -> assertThat(retryable.mayHaveTakenEffect()).isTrue());
    }

    @ParameterizedTest
    @EnumSource(Call.class)
    void aCallThatNeverReachedTheProviderHadNoEffect(Call call) {
        assumeThat(operation(call)).isNotNull();

        ProviderException failure = failureOf(prepared(unreachable(), call));

        assertThat(failure)
                .isInstanceOfSatisfying(
                        Retryable.class,
                        retryable -> assertThat(retryable.mayHaveTakenEffect()).isFalse());
    }

    @Test
    void aCallToAProviderThatHangsFailsAfterTheTimeLimit() {
        List<Call> calls = Arrays.stream(Call.values())
                .filter(call -> operation(call) != null)
                .toList();
        List<? extends Mono<?>> prepared =
                calls.stream().map(call -> prepared(provider(), call)).toList();
        calls.forEach(call -> fail(call, hang()));

        List<ProviderException> failures = Objects.requireNonNull(Flux.fromIterable(prepared)
                .flatMap(OAuthProviderContract::failure)
                .collectList()
                .block(TIME_LIMIT.multipliedBy(2)));

        assertThat(failures)
                .hasSameSizeAs(calls)
                .allSatisfy(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                Retryable.class,
                                retryable -> assertThat(retryable.mayHaveTakenEffect())
                                        .isTrue()));
    }

    @ParameterizedTest
    @EnumSource(Call.class)
    void aRateLimitLastsAsLongAsTheProviderSays(Call call) {
        Mono<?> prepared = prepared(provider(), call);
        fail(call, rateLimit().retryAfter(Duration.ofSeconds(7)));

        ProviderException failure = failureOf(prepared);

        assertThat(failure)
                .isInstanceOfSatisfying(
                        RateLimited.class,
                        limited -> assertThat(limited.after()).isEqualTo(Duration.ofSeconds(7)));
    }

    @Test
    void aWrongClientSecretIsAMisconfiguration() {
        ProviderException failure = failureOf(withWrongSecret().exchangeCode(consent()));

        assertThat(failure).isInstanceOf(Misconfigured.class);
    }

    /** Responses that a gateway may send instead of the provider. */
    static Stream<Arguments> unexpectedResponses() {
        Map<Integer, String> answers = Map.of(
                200, "[]",
                201, "{\"token\":{},\"access_token\":[]}",
                204, "\"\"",
                302, "\"elsewhere\"",
                400, "{\"error\":7,\"message\":null}",
                403, "{\"error\":{\"code\":[]}}",
                404, "{}",
                418, "\"short and stout\"");
        return Arrays.stream(Call.values())
                .flatMap(call -> answers.entrySet().stream()
                        .map(answer -> Arguments.of(call, answer.getKey(), answer.getValue())));
    }

    @ParameterizedTest
    @MethodSource("unexpectedResponses")
    void everyFailureIsAProviderException(Call call, int status, String body) {
        Mono<?> prepared = prepared(unguarded(), call);
        fail(call, status(status).body(JsonMapper.shared().readTree(body)));

        Mono<?> known = prepared.onErrorResume(ProviderException.class, failure -> Mono.empty());

        assertThatCode(() -> known.block(PATIENCE)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"EXCHANGE", "REFRESH"})
    void aCallWithALostReplyIsNotRepeated(Call call) {
        String operation = Objects.requireNonNull(operation(call));
        Mono<?> prepared = prepared(provider(), call);
        int before = atTheProvider().calls(operation).size();
        fail(call, dropReply());

        failureOf(prepared);

        assertThat(atTheProvider().calls(operation)).hasSize(before + 1);
    }

    /** A callback after a consent, its code not redeemed yet. */
    protected final Callback consent() {
        return consent(this::approve);
    }

    /** The same with other choices on the pages. */
    protected final Callback consent(Function<Page, String> approval) {
        return consent(provider(), approval);
    }

    /** The same for a provider with another configuration. */
    protected final Callback consent(OAuthProvider asked, Function<Page, String> approval) {
        Map<String, String> parameters = query(approval.apply(consentPage(asked, "state")));
        Secret code = Secret.of(Objects.requireNonNull(parameters.remove("code")));
        return new Callback(code, redirectUri(), verifier(), parameters);
    }

    /** A new grant. */
    protected final Connected connect() {
        Consent consent = get(provider().exchangeCode(consent()));
        NewGrant granted = ((Consent.Granted) consent).grants().getFirst();
        return new Connected(granted, get(provider().installationInfo(granted)));
    }

    public record Connected(NewGrant granted, InstallationInfo info) {

        public OAuthTokens tokens() {
            return granted.tokens();
        }

        public Grant grant() {
            return new Grant(
                    info.grantKey(),
                    info.externalInstallId(),
                    info.externalUserId(),
                    null,
                    tokens().accessToken(),
                    tokens().refreshToken());
        }
    }

    protected static ProviderException failureOf(Mono<?> call) {
        return get(failure(call));
    }

    protected static <T> T get(Mono<T> call) {
        return Objects.requireNonNull(call.block(PATIENCE));
    }

    private static Mono<ProviderException> failure(Mono<?> call) {
        return call.then(Mono.<ProviderException>error(new AssertionError("it succeeded")))
                .onErrorResume(ProviderException.class, Mono::just);
    }

    private Page consentPage(OAuthProvider asked, String state) {
        Authorization authorization = new Authorization(Secret.of(state), redirectUri(), verifier());
        return browser.open(get(asked.authorizationUrl(authorization)).toString());
    }

    private @Nullable Secret verifier() {
        return provider().description().pkce() ? VERIFIER : null;
    }

    private URI redirectUri() {
        return URI.create(base + "/oauth/callback/" + platform());
    }

    private static Map<String, String> query(String url) {
        return new HashMap<>(
                UriComponentsBuilder.fromUriString(url).build().getQueryParams().toSingleValueMap());
    }

    /** The call with all it needs, not sent yet. */
    private Mono<?> prepared(OAuthProvider provider, Call call) {
        assumeThat(operation(call)).isNotNull();
        if (call == Call.EXCHANGE) {
            Callback callback = consent();
            return Mono.defer(() -> provider.exchangeCode(callback));
        }
        Connected connected = connect();
        return switch (call) {
            case EXCHANGE -> throw new IllegalStateException();
            case INFO -> Mono.defer(() -> provider.installationInfo(connected.granted()));
            case REFRESH -> Mono.defer(() -> provider.refreshTokens(connected.grant()));
            case REVOKE -> Mono.defer(() -> provider.revokeTokens(connected.grant()));
        };
    }

    private void fail(Call call, Fault fault) {
        atTheProvider().fail(Objects.requireNonNull(operation(call)), fault);
    }

    private OAuthProvider unguarded() {
        return unguarded.stream()
                .filter(each -> each.description().platform().equals(platform()))
                .findFirst()
                .orElseThrow();
    }
}
