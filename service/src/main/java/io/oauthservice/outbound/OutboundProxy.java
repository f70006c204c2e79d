package io.oauthservice.outbound;

import io.oauthservice.startup.SettingException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClient;
import reactor.netty.transport.ProxyProvider;

/** The proxy of {@code HTTPS_PROXY} for every target except those of {@code NO_PROXY} and loopback addresses. */
final class OutboundProxy {

    private static final OutboundProxy OF_PROCESS = of(System.getenv());

    private final @Nullable URI proxy;
    private final NoProxy direct;

    private OutboundProxy(@Nullable URI proxy, NoProxy direct) {
        this.proxy = proxy;
        this.direct = direct;
    }

    /** The proxy of this process's environment. */
    static OutboundProxy ofProcess() {
        return OF_PROCESS;
    }

    /** The proxy of these variables. The lower-case spelling of a variable takes precedence, as in curl. */
    static OutboundProxy of(Map<String, String> environment) {
        String proxy = either(environment, "https_proxy", "HTTPS_PROXY");
        return new OutboundProxy(
                proxy.isEmpty() ? null : parse(proxy), NoProxy.of(either(environment, "no_proxy", "NO_PROXY")));
    }

    private static String either(Map<String, String> environment, String first, String second) {
        return environment
                .getOrDefault(first, environment.getOrDefault(second, ""))
                .strip();
    }

    private static URI parse(String proxy) {
        try {
            URI uri = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
            if ("http".equals(uri.getScheme()) && uri.getHost() != null && uri.getPort() > 0) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
        throw invalid();
    }

    /** The message omits the value, which may contain a password. */
    private static SettingException invalid() {
        return new SettingException("HTTPS_PROXY", "must look like http://proxy.example.com:3128");
    }

    /** Configures the proxy, if there is one. */
    HttpClient apply(HttpClient client) {
        URI through = proxy;
        return through == null ? client : client.proxy(spec -> configure(spec, through));
    }

    private void configure(ProxyProvider.TypeSpec spec, URI through) {
        ProxyProvider.Builder builder = spec.type(ProxyProvider.Proxy.HTTP)
                .host(through.getHost())
                .port(through.getPort())
                .nonProxyHostsPredicate(this::isDirect);
        String userInfo = through.getUserInfo();
        if (userInfo != null) {
            int colon = userInfo.indexOf(':');
            builder.username(colon < 0 ? userInfo : userInfo.substring(0, colon));
            builder.password(user -> colon < 0 ? "" : userInfo.substring(colon + 1));
        }
    }

    private boolean isDirect(SocketAddress address) {
        return address instanceof InetSocketAddress target && direct.matches(target.getHostString(), target.getPort());
    }
}
