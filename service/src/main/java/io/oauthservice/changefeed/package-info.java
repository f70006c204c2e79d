/**
 * The changes of installations that a caller can see, on every replica in the order of their commits. Triggers report
 * them, so that changes by replicas of an earlier version and by hand are included. A heartbeat limits the age
 * of what was received.
 *
 * <p>Reads no installation, and knows neither callers nor HTTP.
 */
@ApplicationModule(allowedDependencies = {"background", "concurrent", "database", "installation"})
@NullMarked
package io.oauthservice.changefeed;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
