/**
 * Who did what, with which installation and token. Owns the tables of the audit and of the last use of installations.
 * Changes of installations are recorded in their transaction; token reads and denials are counted in memory.
 *
 * <p>No request waits for counts, and none is rejected because of them. Contains no token.
 */
@ApplicationModule(allowedDependencies = {"background", "core", "database", "installation", "access", "startup", "web"})
@NullMarked
package io.oauthservice.audit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
