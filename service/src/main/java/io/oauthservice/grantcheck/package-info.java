/**
 * Asks providers about grants: after a webhook, at a reconciliation, while an installation is suspended. Their answer
 * decides; a grant whose provider gives none stays as it is. Also activates installations that need no consent.
 *
 * <p>Knows neither HTTP nor any provider by name, and writes no table itself.
 */
@ApplicationModule(
        allowedDependencies = {"background", "core", "provider", "installation", "grant", "refresh", "events"})
@NullMarked
package io.oauthservice.grantcheck;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
