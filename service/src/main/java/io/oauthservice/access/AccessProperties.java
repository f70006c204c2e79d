package io.oauthservice.access;

import io.oauthservice.provider.Ceiling;
import io.oauthservice.startup.SettingException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The API clients and the issuers of JWTs, by name.
 *
 * @param clients without clients and issuers the service starts, warns, and rejects every call that requires a caller
 * @param issuers empty: no JWT is accepted
 */
@ConfigurationProperties("oauth.access")
record AccessProperties(
        @DefaultValue Map<String, Client> clients,
        @DefaultValue Map<String, IssuerProperties> issuers) {

    static final String ANONYMOUS = "anonymous";
    private static final Pattern PERMISSION =
            Pattern.compile("\\*|tokens:read(:[a-z][a-z0-9-]*)?|installations:(read|write)|operations(:[a-z]+)?");
    private static final Pattern READS = Pattern.compile("tokens:read(:.+)?|installations:read");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

    AccessProperties {
        clients = Map.copyOf(clients);
        clients.forEach(AccessProperties::check);
        rejectSharedKeys(clients);
        issuers = Map.copyOf(issuers);
        issuers.forEach((name, issuer) -> issuer.check("oauth.access.issuers." + name));
    }

    static void checkPermissions(String setting, List<String> permissions) {
        for (String permission : permissions) {
            if (!isKnown(permission)) {
                throw new SettingException(setting + ".permissions", "holds an unknown permission: " + permission);
            }
        }
    }

    static boolean isKnown(String permission) {
        return PERMISSION.matcher(permission).matches();
    }

    /** A shared key would identify either client. */
    private static void rejectSharedKeys(Map<String, Client> clients) {
        Map<String, String> owners = new HashMap<>();
        new TreeMap<>(clients).forEach((name, client) -> {
            String hash = client.keySha256();
            String other = hash == null ? null : owners.putIfAbsent(hash.toLowerCase(Locale.ROOT), name);
            if (other != null) {
                throw new SettingException(
                        "oauth.access.clients.%s.key-sha256, oauth.access.clients.%s.key-sha256".formatted(other, name),
                        "are the same; each client needs a key of its own");
            }
        });
    }

    private static void check(String name, Client client) {
        String setting = "oauth.access.clients." + name;
        checkPermissions(setting, client.permissions());
        if (name.equals(ANONYMOUS)) {
            checkAnonymous(setting, client);
        } else if (client.keySha256() == null
                || !SHA256.matcher(client.keySha256()).matches()) {
            throw new SettingException(setting + ".key-sha256", "must be the SHA-256 of the key, 64 hex digits");
        }
    }

    /** Callers without credentials may only read, and only from the listed networks. */
    private static void checkAnonymous(String setting, Client client) {
        if (client.networks().isEmpty()) {
            throw new SettingException(setting + ".networks", "must list the networks to trust, such as 10.0.0.0/8");
        }
        if (!client.permissions().stream().allMatch(READS.asMatchPredicate())) {
            throw new SettingException(
                    setting + ".permissions", "may contain read permissions only, such as tokens:read");
        }
    }

    /**
     * An API client.
     *
     * @param keySha256 SHA-256 of its random key in hex; null for {@code anonymous} only
     * @param permissions empty: the client may do nothing
     * @param organisations the ids of the organisations that it may see; empty: all
     * @param allowSharedGrants whether it may use a grant that covers further organisations
     * @param networks the CIDR blocks that {@code anonymous} may call from; unused for other clients
     * @param plainAnswers whether its responses also carry the fields of the plain contract; null: only for
     *     {@code anonymous}
     */
    record Client(
            @Nullable String keySha256,
            @DefaultValue List<String> permissions,
            @DefaultValue List<String> organisations,
            @DefaultValue("false") boolean allowSharedGrants,
            @DefaultValue List<String> networks,
            @Nullable Boolean plainAnswers) {

        Caller caller(String name, Map<String, Ceiling> ceilings) {
            return new Caller(
                    name,
                    Set.copyOf(permissions),
                    organisations.isEmpty() ? null : Set.copyOf(organisations),
                    allowSharedGrants,
                    plainAnswers == null ? name.equals(ANONYMOUS) : plainAnswers,
                    ceilings);
        }

        @Override
        public String toString() {
            return "Client[permissions=" + permissions + "]";
        }
    }
}
