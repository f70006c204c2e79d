/**
 * The read side for people and dashboards: installations as a list and in detail, platforms, and the page at {@code /}.
 *
 * <p>Changes nothing.
 */
@ApplicationModule(allowedDependencies = {"core", "provider", "installation", "access", "web"})
@NullMarked
package io.oauthservice.dashboard;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
