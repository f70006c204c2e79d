package io.oauthservice.install;

import io.oauthservice.web.ProblemException;
import io.oauthservice.web.PublicAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;

/** Where a browser may be sent after a flow: to ourselves, or to origins that an operator has listed. */
@Component
@EnableConfigurationProperties(ReturnTo.Properties.class)
class ReturnTo {

    private static final int MAX_LENGTH = 2000;

    private final URI ourselves;
    private final Set<String> origins;

    ReturnTo(Properties properties, PublicAddress address) {
        this.ourselves = address.callbackBase();
        this.origins = Set.copyOf(properties.returnOrigins().stream()
                .map(origin -> origin.toLowerCase(Locale.ROOT))
                .toList());
    }

    /** @throws ProblemException 400 for an address that is neither ours nor listed */
    @Nullable
    String checked(@Nullable String returnTo) {
        if (returnTo == null || returnTo.isBlank()) {
            return null;
        }
        if (returnTo.length() > MAX_LENGTH) {
            throw ProblemException.invalid("return_to", "must have at most " + MAX_LENGTH + " characters");
        }
        try {
            URI target = ourselves.resolve(new URI(returnTo));
            if (isAllowed(target)) {
                return target.toString();
            }
        } catch (URISyntaxException e) {
            throw ProblemException.invalid("return_to", "must be a path or a URL");
        }
        throw ProblemException.invalid(
                "return_to", "must be a path of this service or begin with one of oauth.install.return-origins");
    }

    private boolean isAllowed(URI target) {
        if (target.getRawUserInfo() != null || target.getHost() == null) {
            return false;
        }
        String origin = (target.getScheme() + "://" + target.getRawAuthority()).toLowerCase(Locale.ROOT);
        return origin.equals(ourselves.toString().toLowerCase(Locale.ROOT)) || origins.contains(origin);
    }

    /** The address with the flow's outcome added to its query. */
    static URI with(String returnTo, String parameter, String value) {
        return UriComponentsBuilder.fromUriString(returnTo)
                .replaceQueryParam(parameter, "{value}")
                .encode()
                .buildAndExpand(value)
                .toUri();
    }

    /** @param returnOrigins such as {@code https://dashboard.example.com} */
    @ConfigurationProperties("oauth.install")
    record Properties(@DefaultValue List<String> returnOrigins) {}
}
