/**
 * Everything the service needs around it, real and without Docker: PostgreSQL's own binaries, a Kafka broker in this
 * process, the provider sandbox.
 *
 * <p>{@link io.oauthservice.local.Laptop} starts them with data that survive a restart and at fixed addresses, for a
 * person; {@link io.oauthservice.local.TestInfrastructure} starts them once for a test run, in temporary directories and
 * at free ports. Nothing here knows the service's classes: it is configured by the same names as in production.
 */
@NullMarked
package io.oauthservice.local;

import org.jspecify.annotations.NullMarked;
