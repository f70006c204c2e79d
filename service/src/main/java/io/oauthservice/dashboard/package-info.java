/**
 * What people and other dashboards look at: the list of installations, one of them, and the page at {@code /}.
 *
 * <p>Only reads.
 */
@ApplicationModule(allowedDependencies = {"core", "provider", "installation", "access", "web"})
@NullMarked
package io.oauthservice.dashboard;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
