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
 * Tells who sent a request: by an API key, or by a JWT of a configured issuer. Keys are known by their hash alone, so that
 * looking one up leaks nothing of another.
 */
@Component
public class Callers {

    private static final Logger log = LoggerFactory.getLogger(Callers.class);
    private static final String BEARER = "bearer ";

    /** What proxies add for whom they speak. */
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

    Callers(AccessProperties properties, JwtCallers jwts) {
        this.jwts = jwts;
        properties.clients().forEach((name, client) -> {
            String hash = client.keySha256();
            if (hash != null) {
                byKeyHash.put(hash.toLowerCase(Locale.ROOT), client.caller(name));
            }
        });
        AccessProperties.Client nobody = properties.clients().get(AccessProperties.ANONYMOUS);
        anonymous = nobody == null ? null : nobody.caller(AccessProperties.ANONYMOUS);
        trustedNetworks = nobody == null
                ? List.of()
                : nobody.networks().stream().map(Callers::network).toList();
        if (properties.clients().isEmpty() && properties.issuers().isEmpty()) {
            log.warn("No API client is configured (oauth.access.clients): every call that needs one is refused");
        }
    }

    private static IpSubnetFilterRule network(String cidr) {
        try {
            return new IpSubnetFilterRule(cidr, IpFilterRuleType.ACCEPT);
        } catch (RuntimeException e) {
            throw new SettingException(
                    "oauth.access.clients.anonymous.networks", "holds what is no CIDR block: " + cidr, e);
        }
    }

    /**
     * Whether the request was forwarded: then the connection's address is not that of the sender, and does not decide who
     * is admitted without credentials.
     *
     * @param hasHeader whether the request has a header of this name
     */
    public static boolean isForwarded(Predicate<String> hasHeader) {
        return FORWARDING.stream().anyMatch(hasHeader);
    }

    /**
     * Who is known without asking anybody, which a JWT's bearer is for a minute after {@link #validate}. Empty where the
     * credentials are unknown, or there are none and nobody without any is let in.
     *
     * @param authorization the header of that name, null where there is none
     * @param from the address that may be admitted without credentials; null: none
     */
    public Optional<Caller> identify(@Nullable String authorization, @Nullable InetSocketAddress from) {
        if (authorization == null) {
            return withoutCredentials(from);
        }
        int begin = beginOfCredential(authorization);
        return begin < 0 ? Optional.empty() : known(Secret.sha256(authorization, begin));
    }

    /** For whom {@link #identify} does not know: the bearer of a good JWT. Fails with a 503 problem where that cannot be told. */
    Mono<Caller> validate(@Nullable String authorization) {
        String credential = bearerCredential(authorization);
        return credential == null ? Mono.empty() : jwts.validate(credential);
    }

    /** Null where there is none, or one of another scheme. */
    static @Nullable String bearerCredential(@Nullable String authorization) {
        if (authorization == null) {
            return null;
        }
        int begin = beginOfCredential(authorization);
        return begin < 0 ? null : authorization.substring(begin);
    }

    /** Below zero where there is none. It reaches to the end: the white space that HTTP allows there is no part of the value. */
    private static int beginOfCredential(String authorization) {
        if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return -1;
        }
        int begin = BEARER.length();
        while (begin < authorization.length() && Character.isWhitespace(authorization.charAt(begin))) {
            begin++;
        }
        return begin;
    }

    private Optional<Caller> known(String hash) {
        Caller client = byKeyHash.get(hash);
        return Optional.ofNullable(client == null ? jwts.remembered(hash) : client);
    }

    private Optional<Caller> withoutCredentials(@Nullable InetSocketAddress from) {
        boolean trusted = from != null && trustedNetworks.stream().anyMatch(network -> network.matches(from));
        return trusted ? Optional.ofNullable(anonymous) : Optional.empty();
    }
}
