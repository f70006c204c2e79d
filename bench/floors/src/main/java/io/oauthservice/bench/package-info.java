/** Minimal applications on the service's stack, one per profile, with which the service is compared. */
@NullMarked
package io.oauthservice.bench;

import org.jspecify.annotations.NullMarked;
