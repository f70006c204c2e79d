/**
 * The start of the service: waits for PostgreSQL, runs one migration at a time, and reports readable reasons when the
 * start fails.
 *
 * <p>Knows no feature; every feature may prevent the start with a {@link io.oauthservice.startup.SettingException}.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.oauthservice.startup;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
