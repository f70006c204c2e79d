/**
 * HTTP for every feature alike: problems (RFC 9457) made in one place, the hosts we answer to, the headers that every
 * answer carries, and the service's own public address.
 *
 * <p>Knows no feature.
 */
@ApplicationModule(allowedDependencies = {"startup", "grant", "refresh"})
@NullMarked
package io.oauthservice.web;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
