/**
 * What stands between the command and a running service: waiting for PostgreSQL, one migration at a time, and readable
 * reasons where the start fails.
 *
 * <p>Knows no feature; every feature may refuse to start with a {@link io.oauthservice.startup.SettingException}.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.oauthservice.startup;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
