/**
 * Installations as callers see them: lists, details, counts and the stream of their changes; and the list of platforms.
 * First pages are cached while this replica knows what has changed since they were read.
 *
 * <p>Searches the tables of {@code installation}, adds up the counts of installations, and changes labels only.
 */
@ApplicationModule(
        allowedDependencies = {
            "background",
            "core",
            "concurrent",
            "database",
            "installation",
            "changefeed",
            "audit",
            "access",
            "entitlement",
            "provider",
            "web"
        })
@NullMarked
package io.oauthservice.listing;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
