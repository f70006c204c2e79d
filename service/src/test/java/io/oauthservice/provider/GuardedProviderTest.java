package io.oauthservice.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.core.Platform;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.Retryable;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Every method of the contract and of its capabilities is guarded, also one that is added later. */
@ProviderTest
class GuardedProviderTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final PlatformDescription SILENT =
            new PlatformDescription(new Platform("silent"), "Silent", Pattern.compile("[0-9]+"), false);

    private static final Grant GRANT = new Grant("key", null, null, null, null, null);

    @Autowired
    private List<OAuthProvider> providers;

    @Test
    void everyCapabilityOfAProviderIsOneOfTheGuardedProvider() {
        assertThat(providers)
                .isNotEmpty()
                .allSatisfy(provider -> assertThat(GuardedProvider.class.getInterfaces())
                        .contains(ClassUtils.getAllInterfaces(provider)));
    }

    @Test
    void noInterfaceHasADefaultMethodThatTheGuardCouldMiss() {
        assertThat(methods()).isNotEmpty().noneMatch(Method::isDefault);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void everyCallHasATimeLimit(Method call) throws ReflectiveOperationException {
        GuardedProvider silent = guarded(Duration.ofMillis(50), GuardedProvider.class.getInterfaces());

        Mono<?> guarded = (Mono<?>) call.invoke(silent, arguments(call));

        StepVerifier.create(guarded)
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                Retryable.class,
                                retryable -> assertThat(retryable.code()).isEqualTo("timeout")))
                .verify(PATIENCE);
    }

    @ParameterizedTest
    @MethodSource("callsWithAGrant")
    void noCallIsMadeWithTheGrantOfAnotherRegistration(Method call) throws ReflectiveOperationException {
        GuardedProvider silent = guarded(PATIENCE, GuardedProvider.class.getInterfaces());
        Grant another = new Grant("key", null, null, "another", null, null);

        Mono<?> guarded = (Mono<?>) call.invoke(silent, arguments(call, another));

        StepVerifier.create(guarded)
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                Misconfigured.class,
                                misconfigured ->
                                        assertThat(misconfigured.code()).isEqualTo("registration_changed")))
                .verify(PATIENCE);
        assertThat(silent.health()).isEqualTo(ProviderHealth.OK);
    }

    @Test
    void aMissingCapabilityHasTheResultThatItsInterfaceNames() {
        GuardedProvider plain = guarded(Duration.ofMillis(50), OAuthProvider.class);

        assertThat(plain.checkToken(GRANT).block(PATIENCE)).isEqualTo(TokenCheck.UNDECIDED);
        StepVerifier.create(plain.checkCredentials()).expectComplete().verify(PATIENCE);
        assertThat(plain.refreshRules(GRANT)).isEqualTo(new RefreshRules(0, Duration.ZERO, Duration.ZERO));
        assertThat(plain.isNotice(Map.of())).isFalse();
        assertThat(plain.revokesByInstallation(GRANT)).isFalse();
    }

    static Stream<Method> calls() {
        return methods().filter(method -> method.getReturnType() == Mono.class);
    }

    static Stream<Method> callsWithAGrant() {
        return calls().filter(call -> List.of(call.getParameterTypes()).contains(Grant.class));
    }

    private static Stream<Method> methods() {
        return Arrays.stream(GuardedProvider.class.getInterfaces()).flatMap(type -> Arrays.stream(type.getMethods()));
    }

    private static Object[] arguments(Method call) {
        return arguments(call, GRANT);
    }

    private static Object[] arguments(Method call, Grant grant) {
        return Arrays.stream(call.getParameterTypes())
                .map(type -> argument(type, grant))
                .toArray();
    }

    private static @Nullable Object argument(Class<?> type, Grant grant) {
        if (type == Grant.class) {
            return grant;
        }
        return type == boolean.class ? false : null;
    }

    /** A provider with these interfaces, whose calls never end. */
    private static GuardedProvider guarded(Duration timeLimit, Class<?>... interfaces) {
        OAuthProvider silent = (OAuthProvider) Proxy.newProxyInstance(
                GuardedProvider.class.getClassLoader(),
                interfaces,
                (proxy, method, arguments) -> switch (method.getReturnType().getSimpleName()) {
                    case "Mono" -> Mono.never();
                    case "String" -> "ours";
                    default -> SILENT;
                });
        ProviderGuardProperties properties = new ProviderGuardProperties(
                timeLimit, 64, 16, 16, 20, 50, Duration.ofSeconds(10), Duration.ofSeconds(15));
        return new GuardedProvider(silent, new ProviderGuards(properties), new CredentialsStatus(Clock.systemUTC()));
    }
}
