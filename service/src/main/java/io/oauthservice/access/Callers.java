package io.oauthservice.access;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.oauthservice.core.Secret;
import io.oauthservice.startup.SettingException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Identifies the caller of a request by an API key or a JWT of a configured issuer. Keys are looked up by their hash, so
 * that the time of a look-up reveals nothing about other keys.
 */
@Component
public class Callers {

    private static final Logger log = LoggerFactory.getLogger(Callers.class);
    private static final String BEARER = "bearer ";

    /** Headers that proxies add to forwarded requests. */
    private static final List<String> FORWARDING = List.of(
            "Forwarded",
            "X-Forwarded",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Proto",
            "X-Forwarded-Port",
            "X-Forwarded-Server",
            "X-Forwarded-Prefix",
            "X-Forwarded-By",
            "Forwarded-For",
            "Client-IP",
            "X-ProxyUser-Ip",
            "X-Envoy-External-Address",
            "X-Envoy-Original-Path",
            "X-Azure-ClientIP",
            "Fastly-Client-IP",
            "X-Real-IP",
            "X-Client-IP",
            "X-Cluster-Client-IP",
            "X-Original-Forwarded-For",
            "True-Client-IP",
            "CF-Connecting-IP",
            "Via");

    private final Map<String, Caller> byKeyHash = new HashMap<>();
    private final @Nullable Caller anonymous;
    private final List<IpSubnetFilterRule> trustedNetworks;
    private final JwtCallers jwts;

    Callers(AccessProperties properties, JwtCallers jwts, CallerCeilings ceilings) {
        this.jwts = jwts;
        properties.clients().forEach((name, client) -> {
            String hash = client.keySha256();
            if (hash != null) {
                byKeyHash.put(hash.toLowerCase(Locale.ROOT), client.caller(name, ceilings.ofClient(name)));
            }
        });
        AccessProperties.Client client = properties.clients().get(AccessProperties.ANONYMOUS);
        anonymous = client == null
                ? null
                : client.caller(AccessProperties.ANONYMOUS, ceilings.ofClient(AccessProperties.ANONYMOUS));
        trustedNetworks = client == null
                ? List.of()
                : client.networks().stream().map(Callers::network).toList();
        if (properties.clients().isEmpty() && properties.issuers().isEmpty()) {
            log.warn(
                    "No API client configured, every call that requires a caller is rejected: setting=oauth.access.clients");
        }
    }

    private static IpSubnetFilterRule network(String cidr) {
        try {
            return new IpSubnetFilterRule(cidr, IpFilterRuleType.ACCEPT);
        } catch (RuntimeException e) {
            throw new SettingException(
                    "oauth.access.clients.anonymous.networks", "contains an invalid CIDR block: " + cidr, e);
        }
    }

    /**
     * Whether a proxy forwarded the request. The connection's address is then not the sender's, and must not admit a
     * caller without credentials.
     *
     * @param hasHeader whether the request has a header of the given name
     */
    public static boolean isForwarded(Predicate<String> hasHeader) {
        return FORWARDING.stream().anyMatch(hasHeader);
    }

    /**
     * Identifies a caller without I/O: by an API key, by a JWT that {@link #validate} accepted within the last minute, or by
     * its address. Empty for any other request.
     *
     * @param authorization the {@code Authorization} header; null where it is absent
     * @param from the address of a request that may be admitted without credentials; null: none
     */
    public Optional<Caller> identify(@Nullable String authorization, @Nullable InetSocketAddress from) {
        if (authorization == null) {
            return withoutCredentials(from);
        }
        int offset = credentialOffset(authorization);
        return offset < 0 ? Optional.empty() : findByHash(Secret.sha256(authorization, offset));
    }

    /** Validates a JWT. Empty where it is not valid; fails with a 503 problem where the issuer's keys are unavailable. */
    Mono<Caller> validate(@Nullable String authorization) {
        String credential = bearerCredential(authorization);
        return credential == null ? Mono.empty() : jwts.validate(credential);
    }

    /** Null where there is no credential of the Bearer scheme. */
    static @Nullable String bearerCredential(@Nullable String authorization) {
        if (authorization == null) {
            return null;
        }
        int offset = credentialOffset(authorization);
        return offset < 0 ? null : authorization.substring(offset);
    }

    /** Where the credential begins; -1 where there is none. It ends with the header, which HTTP parsers have trimmed. */
    private static int credentialOffset(String authorization) {
        if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return -1;
        }
        int offset = BEARER.length();
        while (offset < authorization.length() && Character.isWhitespace(authorization.charAt(offset))) {
            offset++;
        }
        return offset;
    }

    private Optional<Caller> findByHash(String hash) {
        Caller client = byKeyHash.get(hash);
        return Optional.ofNullable(client == null ? jwts.findValidated(hash) : client);
    }

    private Optional<Caller> withoutCredentials(@Nullable InetSocketAddress from) {
        boolean trusted = from != null && trustedNetworks.stream().anyMatch(network -> network.matches(from));
        return trusted ? Optional.ofNullable(anonymous) : Optional.empty();
    }
}
