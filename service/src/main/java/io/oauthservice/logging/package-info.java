/**
 * Filters and redaction of the log: no record may contain a request, a response or a secret, whatever level an operator
 * sets, and requests without credentials cannot flood the log.
 *
 * <p>Knows no feature.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.oauthservice.logging;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
