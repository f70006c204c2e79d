package io.oauthservice.install;

import io.oauthservice.startup.SettingException;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** Fails the start for a return origin that no address can have: one with a path, or without a scheme. */
@Component
class ReturnOriginsCheck {

    private static final Pattern ORIGIN = Pattern.compile("https?://[^/?#@\\s]+", Pattern.CASE_INSENSITIVE);

    ReturnOriginsCheck(ReturnTo.Properties properties) {
        for (String origin : properties.returnOrigins()) {
            if (!ORIGIN.matcher(origin).matches()) {
                throw new SettingException(
                        "OAUTH_RETURN_ORIGINS",
                        "must be origins separated by commas, such as https://dashboard.example.com: " + origin);
            }
        }
    }
}
