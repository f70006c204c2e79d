/**
 * PostgreSQL's word to all replicas: {@code LISTEN} on a connection of its own, watched by a heartbeat; and how far its
 * clock is from ours.
 *
 * <p>Knows no table and no feature; who writes tells its channel in its own transaction.
 */
@ApplicationModule(allowedDependencies = "startup")
@NullMarked
package io.oauthservice.database;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
