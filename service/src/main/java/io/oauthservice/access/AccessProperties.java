package io.oauthservice.access;

import io.oauthservice.core.Secret;
import io.oauthservice.provider.Ceiling;
import io.oauthservice.startup.SettingException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The API clients and the issuers of JWTs, by name.
 *
 * @param clients without clients and issuers the service starts, warns, and rejects every call that requires a caller
 * @param issuers empty: no JWT is accepted
 * @param file a file with further API clients, which is read again while the service runs; null: none
 * @param trustedProxies the CIDR blocks of the proxies whose X-Forwarded-For counts; empty: none
 */
@ConfigurationProperties("oauth.access")
record AccessProperties(
        @DefaultValue Map<String, Client> clients,
        @DefaultValue Map<String, IssuerProperties> issuers,
        @Nullable Path file,
        @DefaultValue List<String> trustedProxies) {

    static final String CLIENTS = "oauth.access.clients";
    static final String ANONYMOUS = "anonymous";
    private static final int MAX_DISPLAY_NAME = 100;
    private static final Logger log = LoggerFactory.getLogger(AccessProperties.class);
    private static final Pattern PERMISSION = Pattern.compile(
            "\\*|tokens:read(:[a-z][a-z0-9-]*)?|installations:(read|write)|audit:read|operations(:[a-z]+)?");
    private static final Pattern READS = Pattern.compile("tokens:read(:.+)?|installations:read");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

    AccessProperties {
        clients = Map.copyOf(clients);
        rejectNamesOfPeople(CLIENTS, clients.keySet());
        clients.forEach((name, client) -> client.check(CLIENTS + "." + name, name));
        rejectSharedKeys(keysOf(CLIENTS, clients));
        issuers = Map.copyOf(issuers);
        rejectNamesOfPeople("oauth.access.issuers", issuers.keySet());
        issuers.forEach((name, issuer) -> issuer.check("oauth.access.issuers." + name));
        file = file == null || file.toString().isEmpty() ? null : file;
        trustedProxies = List.copyOf(trustedProxies);
    }

    private static void rejectNamesOfPeople(String setting, Set<String> names) {
        for (String name : names) {
            if (name.startsWith(People.PREFIX)) {
                throw new SettingException(setting + "." + name, "must not begin with " + People.PREFIX);
            }
        }
    }

    /** The permissions that this version knows. Others are ignored, so that the start succeeds after a rollback. */
    static List<String> known(List<String> permissions) {
        return permissions.stream().filter(AccessProperties::isKnown).toList();
    }

    static void warnOfUnknown(String setting, List<String> permissions) {
        permissions.stream()
                .filter(permission -> !isKnown(permission))
                .forEach(permission -> log.warn(
                        "Unknown permission, it grants nothing: setting={}.permissions permission={}",
                        setting,
                        permission));
    }

    static boolean isKnown(String permission) {
        return PERMISSION.matcher(permission).matches();
    }

    /** The keys of clients by the names of their settings. */
    static Map<String, ApiKey> keysOf(String setting, Map<String, Client> clients) {
        Map<String, ApiKey> keys = new LinkedHashMap<>();
        new TreeMap<>(clients)
                .forEach((name, client) -> client.keys(setting + "." + name).forEach(keys::put));
        return keys;
    }

    /** A shared key would identify either client. */
    static void rejectSharedKeys(Map<String, ApiKey> keys) {
        Map<String, String> owners = new HashMap<>();
        keys.forEach((setting, key) -> {
            String other = owners.putIfAbsent(key.hash(), setting);
            if (other != null) {
                throw new SettingException(other + ", " + setting, "are the same; each client needs a key of its own");
            }
        });
    }

    /**
     * An API client.
     *
     * @param keySha256 SHA-256 of its random key in hex; null for {@code anonymous}, and where {@code keys} are given
     * @param permissions empty: the client may do nothing
     * @param organisations the ids of the organisations that it may see; empty: all
     * @param allowSharedGrants whether it may use a grant that covers further organisations
     * @param networks the CIDR blocks that {@code anonymous} may call from; not for other clients
     * @param plainAnswers whether its responses also carry the fields of the plain contract; null: only for
     *     {@code anonymous}
     * @param displayName its name on pages for people; null: its name
     * @param keys its keys: several while one replaces the other
     * @param requestsPerSecond on each replica; null: not limited
     */
    record Client(
            @Nullable String keySha256,
            @DefaultValue List<String> permissions,
            @DefaultValue List<String> organisations,
            @DefaultValue("false") boolean allowSharedGrants,
            @DefaultValue List<String> networks,
            @Nullable Boolean plainAnswers,
            @Nullable String displayName,
            @DefaultValue List<ApiKey> keys,
            @Nullable Integer requestsPerSecond) {

        Caller caller(String name, Map<String, Ceiling> ceilings, @Nullable RateLimit limit) {
            return new Caller(
                    name,
                    Set.copyOf(known(permissions)),
                    organisations.isEmpty() ? null : Set.copyOf(organisations),
                    allowSharedGrants,
                    plainAnswers == null ? name.equals(ANONYMOUS) : plainAnswers,
                    ceilings,
                    limit);
        }

        /** All its keys, by the names of their settings. */
        Map<String, ApiKey> keys(String setting) {
            Map<String, ApiKey> all = new LinkedHashMap<>();
            if (keySha256 != null) {
                all.put(setting + ".key-sha256", new ApiKey(keySha256, null));
            }
            for (int i = 0; i < keys.size(); i++) {
                all.put(setting + ".keys[" + i + "].sha256", keys.get(i));
            }
            return all;
        }

        /** @throws SettingException naming the setting of this client that cannot be used */
        void check(String setting, String name) {
            Map<String, ApiKey> all = keys(setting);
            all.forEach((key, value) ->
                    SettingException.require(value.isHash(), key, "must be the SHA-256 of the key, 64 hex digits"));
            SettingException.require(
                    displayName == null || isDisplayName(displayName),
                    setting + ".display-name",
                    "must be a text of 1 to " + MAX_DISPLAY_NAME + " characters");
            RateLimits.check(setting, requestsPerSecond);
            if (name.equals(ANONYMOUS)) {
                checkAnonymous(setting);
            } else {
                SettingException.require(
                        !all.isEmpty(),
                        setting + ".key-sha256",
                        "is required, unless there are keys: the SHA-256 of the key, 64 hex digits");
                SettingException.require(
                        networks.isEmpty(),
                        setting + ".networks",
                        "is for the client anonymous only: a client with a key may call from everywhere");
            }
        }

        /** Callers without credentials may only read, and only from the listed networks. */
        private void checkAnonymous(String setting) {
            SettingException.require(
                    !networks.isEmpty(), setting + ".networks", "must list the networks to trust, such as 10.0.0.0/8");
            Networks.parse(setting + ".networks", networks);
            SettingException.require(
                    known(permissions).stream().allMatch(READS.asMatchPredicate()),
                    setting + ".permissions",
                    "may contain read permissions only, such as tokens:read");
        }

        private static boolean isDisplayName(String text) {
            return !text.isBlank()
                    && text.length() <= MAX_DISPLAY_NAME
                    && text.chars().noneMatch(Character::isISOControl);
        }

        @Override
        public String toString() {
            return "Client[permissions=" + permissions + "]";
        }
    }

    /**
     * A key of an API client.
     *
     * @param sha256 SHA-256 of the random key in hex
     * @param expiresAt from when on it is rejected; null: never
     */
    record ApiKey(@Nullable String sha256, @Nullable Instant expiresAt) {

        /** In lower case, as {@link Secret#sha256()}. */
        String hash() {
            return String.valueOf(sha256).toLowerCase(Locale.ROOT);
        }

        private boolean isHash() {
            return sha256 != null && SHA256.matcher(sha256).matches();
        }

        @Override
        public String toString() {
            return "ApiKey[expiresAt=" + expiresAt + "]";
        }
    }
}
