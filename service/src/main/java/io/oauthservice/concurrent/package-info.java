/** One call for what many ask at the same time. Knows nothing of what is asked, nor of whom. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.oauthservice.concurrent;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
