/** Minimal applications on the service's stack, one per profile, as a baseline for the benchmarks. */
@NullMarked
package io.oauthservice.bench;

import org.jspecify.annotations.NullMarked;
