package io.oauthservice.startup;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.stereotype.Component;

/** Addresses of servers that secrets are sent to. They must use TLS unless an operator allows otherwise. */
@Component
public class Addresses implements BeanPostProcessor {

    /** The highest port number. */
    public static final int MAX_PORT = 65535;

    private static final Map<String, Integer> DEFAULT_PORTS = Map.of("http", 80, "https", 443);
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[?::1]?");

    private final boolean clearTextAllowed;

    Addresses(@Value("${oauth.allow-clear-text}") boolean clearTextAllowed) {
        this.clearTextAllowed = clearTextAllowed;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof SecretDestinations settings) {
            settings.secretDestinations().forEach(this::requireEncrypted);
        }
        return bean;
    }

    /**
     * Parses an address.
     *
     * @throws SettingException naming the setting if it is not an address
     */
    public static URI parsed(String setting, String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new SettingException(setting, "must look like https://host.example.com", e);
        }
    }

    /**
     * Scheme and host in lower case, without a default port and without a slash at the end.
     *
     * @throws SettingException naming the setting if it is not the address of a server
     */
    public static URI normalised(String setting, URI address) {
        if (!isServer(address)) {
            throw new SettingException(setting, "must look like https://host.example.com, with a path at most");
        }
        return URI.create(origin(address) + address.getRawPath().replaceFirst("/+$", ""));
    }

    /** Whether it is the address of a server, possibly with a path: not with a user, a query or a fragment. */
    public static boolean isServer(URI address) {
        String scheme = Objects.requireNonNullElse(address.getScheme(), "").toLowerCase(Locale.ROOT);
        return DEFAULT_PORTS.containsKey(scheme)
                && address.getHost() != null
                && address.getPort() != 0
                && address.getPort() <= MAX_PORT
                && address.getRawUserInfo() == null
                && address.getRawQuery() == null
                && address.getRawFragment() == null;
    }

    /**
     * Scheme, host and port as a browser writes them: in lower case, without a default port. Requires scheme and host.
     */
    public static URI origin(URI address) {
        String scheme = address.getScheme().toLowerCase(Locale.ROOT);
        int port = address.getPort();
        boolean isDefault = port < 0 || Objects.equals(DEFAULT_PORTS.get(scheme), port);
        return URI.create(scheme + "://" + address.getHost().toLowerCase(Locale.ROOT) + (isDefault ? "" : ":" + port));
    }

    /** Whether the host is this machine. */
    public static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    /** The host as it is written in a URL: an IPv6 address in brackets. */
    public static String inUrl(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    /**
     * Rejects an address to which secrets would be sent in clear text.
     *
     * @throws SettingException naming the setting
     */
    void requireEncrypted(String setting, URI address) {
        boolean encrypted = "https".equalsIgnoreCase(address.getScheme());
        boolean local = address.getHost() != null && isLoopback(address.getHost());
        if (!encrypted && !local && !clearTextAllowed) {
            throw new SettingException(
                    setting,
                    "must begin with https:// unless its host is a loopback address, because secrets are sent there"
                            + " (OAUTH_ALLOW_CLEAR_TEXT=true allows it nevertheless)");
        }
    }
}
