/**
 * How concurrent requests share work: {@code SingleFlight} for equal requests, {@code Batcher} for distinct ones. How
 * they are counted, and how a request finds out what has changed meanwhile.
 *
 * <p>Does not depend on what is requested or on who requests it.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.oauthservice.concurrent;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
