package io.oauthservice.vault;

import io.oauthservice.startup.Addresses;
import io.oauthservice.startup.SecretDestinations;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;
import org.springframework.validation.annotation.Validated;

/**
 * The transit engine of OpenBao or HashiCorp Vault, and how to log in there: exactly one of token, AppRole and
 * Kubernetes. What is read from a file is read anew at each login.
 *
 * @param address such as {@code https://vault.example.com:8200}; empty: there is none
 * @param namespace empty: the root namespace
 * @param caCertificate a PEM file with the certificate authorities to trust; empty: the JVM's own
 * @param mount where the transit engine is mounted
 * @param key the key that encrypts; AES-256-GCM with {@code derived=true}
 * @param token a token, renewed as long as that is possible
 * @param tokenPath a file that holds one, as an agent keeps it
 * @param appRoleMount where the AppRole login is mounted
 * @param roleId the AppRole's role id
 * @param secretId the AppRole's secret id
 * @param secretIdPath a file that holds it
 * @param kubernetesMount where the Kubernetes login is mounted
 * @param kubernetesRole the role that the service account logs in to
 * @param kubernetesTokenPath the file of the service account's token
 * @param timeLimit for one call
 * @param concurrentCalls how many calls may be under way at once; more fail at once
 * @param window how many calls the circuit breaker looks back on
 * @param openFor how long calls fail at once after too many found nobody there
 */
@Validated
@ConfigurationProperties("oauth.vault.transit")
record TransitProperties(
        @DefaultValue("") String address,
        @DefaultValue("") String namespace,
        @DefaultValue("") String caCertificate,
        @DefaultValue("transit") String mount,
        @DefaultValue("oauth-service") String key,
        @DefaultValue("") String token,
        @DefaultValue("") String tokenPath,
        @DefaultValue("approle") String appRoleMount,
        @DefaultValue("") String roleId,
        @DefaultValue("") String secretId,
        @DefaultValue("") String secretIdPath,
        @DefaultValue("kubernetes") String kubernetesMount,
        @DefaultValue("") String kubernetesRole,

        @DefaultValue("/var/run/secrets/kubernetes.io/serviceaccount/token")
        String kubernetesTokenPath,

        @DefaultValue("2s") Duration timeLimit,
        @DefaultValue("64") @Min(1) @Max(1024) int concurrentCalls,
        @DefaultValue("20") @Min(2) int window,
        @DefaultValue("2s") Duration openFor)
        implements SecretDestinations {

    boolean isOn() {
        return isSet(address);
    }

    static boolean isSet(@Nullable String value) {
        return StringUtils.hasText(value);
    }

    @Override
    public Map<String, URI> secretDestinations() {
        return isOn() ? Map.of("VAULT_ADDR", Addresses.parsed("VAULT_ADDR", address)) : Map.of();
    }

    @Override
    public String toString() {
        return "TransitProperties[address=" + address + ", mount=" + mount + ", key=" + key + "]";
    }
}
