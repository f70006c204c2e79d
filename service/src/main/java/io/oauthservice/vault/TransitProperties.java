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
 * The transit engine of OpenBao or HashiCorp Vault, and exactly one login: token, AppRole or Kubernetes. Files are read
 * again at each login.
 *
 * @param address such as https://vault.example.com:8200; empty: no transit engine
 * @param namespace empty: the root namespace
 * @param caCertificate a PEM file with the certificate authorities to trust; empty: the JVM's
 * @param mount the transit engine's mount path
 * @param key the key's name; AES-256-GCM with derived=true
 * @param token a token; it is renewed while the server permits it
 * @param tokenPath a file with a token, such as Vault Agent's sink
 * @param appRoleMount the AppRole login's mount path
 * @param roleId the AppRole's role id
 * @param secretId the AppRole's secret id
 * @param secretIdPath a file with the secret id
 * @param kubernetesMount the Kubernetes login's mount path
 * @param kubernetesRole the role for the service account's login
 * @param kubernetesTokenPath the file with the service account's token
 * @param timeLimit of one request
 * @param concurrentCalls the maximum of concurrent calls; further calls fail immediately
 * @param window how many calls the circuit breaker counts
 * @param openFor how long the circuit breaker stays open
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
