package io.oauthservice.provider;

import io.oauthservice.core.Platform;
import java.util.regex.Pattern;

/**
 * The fixed properties of a platform.
 *
 * @param displayName the name that people know it by
 * @param organisationId every id of an organisation matches; a text that matches is never compared with names, because
 *     anyone can choose a name that looks like the id of another organisation
 * @param pkce whether the authorization carries a PKCE challenge (RFC 7636, method S256)
 */
public record PlatformDescription(Platform platform, String displayName, Pattern organisationId, boolean pkce) {

    /** Whether the text can be the id of an organisation. */
    public boolean isOrganisationId(String text) {
        return organisationId.matcher(text).matches();
    }
}
