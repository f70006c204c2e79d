package io.oauthservice.startup;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.stereotype.Component;

/** Addresses of servers that get our secrets: normalised once, and encrypted unless an operator says otherwise. */
@Component
public class Addresses implements BeanPostProcessor {

    private static final Map<String, Integer> DEFAULT_PORTS = Map.of("http", 80, "https", 443);
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[?::1]?");

    private final boolean clearTextAllowed;

    /** @param clearTextAllowed empty, as a container's variable often is: no */
    Addresses(@Value("${oauth.allow-clear-text}") String clearTextAllowed) {
        this.clearTextAllowed = Boolean.parseBoolean(clearTextAllowed);
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof SecretDestinations settings) {
            settings.secretDestinations().forEach(this::requireEncrypted);
        }
        return bean;
    }

    /**
     * The text as an address.
     *
     * @throws SettingException naming the setting where it is none
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
     * @throws SettingException naming the setting where it is no address of a server
     */
    public static URI normalised(String setting, URI address) {
        String scheme = Objects.requireNonNullElse(address.getScheme(), "").toLowerCase(Locale.ROOT);
        if (!DEFAULT_PORTS.containsKey(scheme)
                || address.getHost() == null
                || address.getRawUserInfo() != null
                || address.getRawQuery() != null
                || address.getRawFragment() != null) {
            throw new SettingException(setting, "must look like https://host.example.com, with a path at most");
        }
        return URI.create(origin(address) + address.getRawPath().replaceFirst("/+$", ""));
    }

    /** Scheme, host and port as a browser writes them: in lower case, without a default port. Both must be there. */
    public static URI origin(URI address) {
        String scheme = address.getScheme().toLowerCase(Locale.ROOT);
        int port = address.getPort();
        boolean usual = port < 0 || Objects.equals(DEFAULT_PORTS.get(scheme), port);
        return URI.create(scheme + "://" + address.getHost().toLowerCase(Locale.ROOT) + (usual ? "" : ":" + port));
    }

    /** Whether what is sent to this host never leaves this machine. */
    public static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    /** The host as it stands in a URL: an IPv6 address in brackets. */
    public static String inUrl(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    /**
     * Refuses to send secrets over a network in clear text.
     *
     * @throws SettingException naming the setting
     */
    void requireEncrypted(String setting, URI address) {
        boolean encrypted = "https".equalsIgnoreCase(address.getScheme());
        boolean local = address.getHost() != null && isLoopback(address.getHost());
        if (!encrypted && !local && !clearTextAllowed) {
            throw new SettingException(
                    setting,
                    "must begin with https:// unless its host is a loopback address: secrets go there"
                            + " (OAUTH_ALLOW_CLEAR_TEXT=true allows it all the same)");
        }
    }
}
