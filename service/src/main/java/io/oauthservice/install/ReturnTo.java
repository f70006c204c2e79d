package io.oauthservice.install;

import io.oauthservice.startup.Addresses;
import io.oauthservice.startup.SettingException;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.PublicAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.stereotype.Component;

/**
 * The addresses that may get the browser and the outcome of a flow: this service, and the origins that an operator has
 * listed.
 */
@Component
@EnableConfigurationProperties(ReturnTo.Properties.class)
class ReturnTo {

    private static final int MAX_LENGTH = 2000;
    private static final int MAX_ORIGIN_LENGTH = 300;
    private static final Set<String> OUTCOMES = Set.of("installation_id", "error", "status");
    private static final Pattern BRACKETS = Pattern.compile("^\\[|\\[[^\\]]*].*|].*", Pattern.DOTALL);
    private static final Pattern READ_AS_UNDERSCORE = Pattern.compile("[ .\\[]");
    private static final Pattern NOT_ASCII = Pattern.compile("[^\\x00-\\x7F]+");

    private final URI self;
    private final Set<URI> origins;

    ReturnTo(Properties properties, PublicAddress address) {
        this.self = address.callbackBase();
        this.origins = properties.returnOrigins().stream()
                .map(URI::create)
                .map(Addresses::origin)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** @throws ProblemException 400 for an address that is neither this service's nor listed */
    @Nullable
    String checked(@Nullable String returnTo) {
        if (returnTo == null || returnTo.isBlank()) {
            return null;
        }
        if (returnTo.length() > MAX_LENGTH) {
            throw ProblemException.invalid("return_to", "must have at most " + MAX_LENGTH + " characters");
        }
        try {
            String target = absolute(returnTo.replace(" ", "%20"));
            if (isAllowed(new URI(target))) {
                return target;
            }
        } catch (URISyntaxException e) {
            throw ProblemException.invalid("return_to", "must be a path or a URL");
        }
        throw ProblemException.invalid(
                "return_to", "must be a path of this service or begin with one of OAUTH_RETURN_ORIGINS");
    }

    /**
     * The origin as a browser writes it.
     *
     * @throws ProblemException 400 for anything but an origin that is this service's or listed
     */
    @Nullable
    String checkedOrigin(@Nullable String origin) {
        if (origin == null) {
            return null;
        }
        if (origin.length() <= MAX_ORIGIN_LENGTH && Properties.isOrigin(origin)) {
            URI known = Addresses.origin(URI.create(origin));
            if (isKnown(known)) {
                return known.toString();
            }
        }
        throw ProblemException.invalid(
                "opener_origin", "must be an origin without a path: this service's or one of OAUTH_RETURN_ORIGINS");
    }

    /** A path stays unchanged: resolving it would remove its dots. */
    private String absolute(String returnTo) throws URISyntaxException {
        boolean path = returnTo.startsWith("/") && !returnTo.startsWith("//");
        return path ? self + returnTo : self.resolve(new URI(returnTo)).toString();
    }

    private boolean isAllowed(URI target) {
        if (target.getRawUserInfo() != null || target.getHost() == null) {
            return false;
        }
        return isKnown(Addresses.origin(target));
    }

    private boolean isKnown(URI origin) {
        return origin.equals(self) || origins.contains(origin);
    }

    /**
     * The address with the flow's outcome added to its query. Parameters with the names of outcomes are removed,
     * because only this service reports an outcome. Everything else stays unchanged, character by character.
     */
    static URI with(String returnTo, String parameter, String value) {
        int hash = returnTo.indexOf('#');
        String address = hash < 0 ? returnTo : returnTo.substring(0, hash);
        int mark = address.indexOf('?');
        String path = mark < 0 ? address : address.substring(0, mark);
        String given = mark < 0 ? "" : address.substring(mark + 1);
        Stream<String> kept = given.isEmpty()
                ? Stream.empty()
                : Arrays.stream(given.split("&", -1)).filter(ReturnTo::isKept);
        String query =
                Stream.concat(kept, Stream.of(parameter + "=" + encode(value))).collect(Collectors.joining("&"));
        return URI.create(ascii(path + "?" + query + (hash < 0 ? "" : returnTo.substring(hash))));
    }

    private static boolean isKept(String pair) {
        return Arrays.stream(pair.split(";")).noneMatch(ReturnTo::isOutcome);
    }

    /**
     * As a lenient receiver may read the name: decoded, in any case, or with brackets. Express reads {@code [error]}
     * and {@code error[0]} as {@code error}, and PHP reads {@code installation.id} as {@code installation_id}.
     */
    private static boolean isOutcome(String pair) {
        String name = pair.split("=", 2)[0];
        String decoded = decode(name).strip().toLowerCase(Locale.ROOT);
        String plain = BRACKETS.matcher(decoded).replaceAll("");
        return OUTCOMES.contains(READ_AS_UNDERSCORE.matcher(plain).replaceAll("_"));
    }

    private static String decode(String name) {
        return URLDecoder.decode(name, StandardCharsets.UTF_8);
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** Header fields are ASCII. {@link URI#toASCIIString} would also normalise the text. */
    private static String ascii(String address) {
        return NOT_ASCII.matcher(address).replaceAll(found -> encode(found.group()));
    }

    /**
     * What callers may name as addresses.
     *
     * @param returnOrigins origins that return_to and opener_origin may name beside our own, such as
     *     https://dashboard.example.com
     */
    @ConfigurationProperties("oauth.install")
    record Properties(@DefaultValue List<String> returnOrigins) {

        Properties {
            returnOrigins = List.copyOf(returnOrigins);
            returnOrigins.forEach(Properties::requireOrigin);
        }

        private static void requireOrigin(String text) {
            if (!isOrigin(text)) {
                throw new SettingException(
                        "OAUTH_RETURN_ORIGINS",
                        "must be origins separated by commas, such as https://dashboard.example.com: " + text);
            }
        }

        private static boolean isOrigin(String text) {
            try {
                URI address = new URI(text);
                return Addresses.isServer(address) && address.getRawPath().isEmpty();
            } catch (URISyntaxException e) {
                return false;
            }
        }
    }
}
