package io.oauthservice.vault;

import static io.oauthservice.vault.TransitProperties.isSet;

import io.oauthservice.startup.SecretFile;
import io.oauthservice.startup.SettingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.vault.authentication.AppRoleAuthentication;
import org.springframework.vault.authentication.AppRoleAuthenticationOptions;
import org.springframework.vault.authentication.AppRoleAuthenticationOptions.RoleId;
import org.springframework.vault.authentication.AppRoleAuthenticationOptions.SecretId;
import org.springframework.vault.authentication.AuthenticationSteps;
import org.springframework.vault.authentication.AuthenticationStepsOperator;
import org.springframework.vault.authentication.KubernetesAuthentication;
import org.springframework.vault.authentication.KubernetesAuthenticationOptions;
import org.springframework.vault.authentication.TokenAuthentication;
import org.springframework.vault.support.VaultToken;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The login to the key service: a token, an AppRole or a Kubernetes service account. */
final class TransitLogin {

    private static final String CHOICE = "VAULT_TOKEN, VAULT_TOKEN_PATH, VAULT_ROLE_ID, VAULT_KUBERNETES_ROLE";

    private final TransitProperties settings;
    private final WebClient client;

    TransitLogin(TransitProperties settings, WebClient client) {
        this.settings = settings;
        this.client = client;
        long chosen = Stream.of(settings.token(), settings.tokenPath(), settings.roleId(), settings.kubernetesRole())
                .filter(TransitProperties::isSet)
                .count();
        if (chosen != 1) {
            throw new SettingException(CHOICE, "are the logins to VAULT_ADDR: set exactly one");
        }
        // The service account's token is not checked: the kubelet decides on its mode.
        requirePrivate("VAULT_TOKEN_PATH", settings.tokenPath());
        requirePrivate("VAULT_SECRET_ID_PATH", settings.secretIdPath());
    }

    private static void requirePrivate(String setting, String file) {
        try {
            if (isSet(file)) {
                SecretFile.requirePrivate(setting, Path.of(file));
            }
        } catch (IOException e) {
            throw new SettingException(setting, "names a file that cannot be read: " + file, e);
        }
    }

    /** Whether the login creates its token, which is then revoked at shutdown. Other tokens may have further users. */
    boolean createsToken() {
        return isSet(settings.roleId()) || isSet(settings.kubernetesRole());
    }

    /** Logs in. Reads files again, off the event loop. */
    Mono<VaultToken> login() {
        return Mono.fromCallable(this::steps)
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(steps -> new AuthenticationStepsOperator(steps, client).getVaultToken());
    }

    private AuthenticationSteps steps() {
        if (isSet(settings.roleId())) {
            return AppRoleAuthentication.createAuthenticationSteps(appRole());
        }
        if (isSet(settings.kubernetesRole())) {
            return KubernetesAuthentication.createAuthenticationSteps(kubernetes());
        }
        String token = isSet(settings.token()) ? settings.token() : read(settings.tokenPath());
        return TokenAuthentication.createAuthenticationSteps(VaultToken.of(token), true);
    }

    private AppRoleAuthenticationOptions appRole() {
        return AppRoleAuthenticationOptions.builder()
                .path(settings.appRoleMount())
                .roleId(RoleId.provided(settings.roleId()))
                .secretId(secretId())
                .build();
    }

    private SecretId secretId() {
        for (String value : List.of(settings.secretId(), settings.secretIdPath())) {
            if (isSet(value)) {
                return SecretId.provided(value.equals(settings.secretId()) ? value : read(value));
            }
        }
        return SecretId.absent();
    }

    private KubernetesAuthenticationOptions kubernetes() {
        return KubernetesAuthenticationOptions.builder()
                .path(settings.kubernetesMount())
                .role(settings.kubernetesRole())
                .jwtSupplier(() -> read(settings.kubernetesTokenPath()))
                .build();
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the file of the login: " + file, e);
        }
    }
}
