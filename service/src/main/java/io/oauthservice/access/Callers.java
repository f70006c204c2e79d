package io.oauthservice.access;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.oauthservice.provider.Secret;
import io.oauthservice.startup.SettingException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;

/** Tells who sent a request. Keys are known by their hash alone, so that looking one up leaks nothing of another. */
@Component
public class Callers {

    private static final Logger log = LoggerFactory.getLogger(Callers.class);
    private static final String BEARER = "bearer ";

    private final Map<String, Caller> byKeyHash = new HashMap<>();
    private final @Nullable Caller anonymous;
    private final List<IpSubnetFilterRule> trustedNetworks;

    Callers(AccessProperties properties) {
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
        if (properties.clients().isEmpty()) {
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

    /** Empty where the credentials are unknown, or there are none and nobody without any is let in. */
    public Optional<Caller> identify(ServerHttpRequest request) {
        String credentials = request.getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        return credentials == null ? withoutCredentials(request.getRemoteAddress()) : byKey(credentials);
    }

    private Optional<Caller> byKey(String credentials) {
        if (!credentials.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Optional.empty();
        }
        Secret key = Secret.of(credentials.substring(BEARER.length()).strip());
        return Optional.ofNullable(byKeyHash.get(key.sha256()));
    }

    private Optional<Caller> withoutCredentials(@Nullable InetSocketAddress from) {
        boolean trusted = from != null && trustedNetworks.stream().anyMatch(network -> network.matches(from));
        return trusted ? Optional.ofNullable(anonymous) : Optional.empty();
    }
}
