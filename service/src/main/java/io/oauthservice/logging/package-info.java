/**
 * What may never be in a log, whatever level an operator sets: requests, answers and what they carry; and how many lines
 * a stranger may write.
 *
 * <p>Knows no feature.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.oauthservice.logging;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
