/**
 * Connections to PostgreSQL: change notifications via {@code LISTEN}/{@code NOTIFY}, detection of lost connections, and
 * the clock offset.
 *
 * <p>Knows no table and no feature; writers send notifications in their own transactions.
 */
@ApplicationModule(allowedDependencies = {"startup", "background"})
@NullMarked
package io.oauthservice.database;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
