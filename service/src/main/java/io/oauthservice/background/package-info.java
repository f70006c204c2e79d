/**
 * How background jobs run: one loop for each job, the order in which they stop, and the lease that gives a job to one
 * replica at a time.
 *
 * <p>Knows no job and no table by name.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.oauthservice.background;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
