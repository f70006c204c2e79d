/**
 * The sessions of browsers that have signed in to the page, and their forms: sign-in, sign-out, the tokens against
 * forged requests. People sign in with an API key, or at an OpenID provider. A session is valid at {@code /} and
 * {@code /ui/**} only.
 *
 * <p>Stores no API key. Knows the paths of the UI, not its content.
 */
@ApplicationModule(
        allowedDependencies = {
            "core",
            "access",
            "audit",
            "background",
            "database",
            "issuer",
            "outbound",
            "startup",
            "web"
        })
@NullMarked
package io.oauthservice.session;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
