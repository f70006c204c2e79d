/**
 * The servers that the service needs, real and without Docker: PostgreSQL's binaries, a Kafka broker in this process,
 * and the provider sandbox.
 *
 * <p>{@link io.oauthservice.local.Laptop} starts them with data that survive a restart and at fixed addresses, for
 * development. {@link io.oauthservice.local.TestInfrastructure} starts them once for a test run, in temporary
 * directories and at free ports. Nothing here uses the service's classes: it is configured as in production.
 */
@NullMarked
package io.oauthservice.local;

import org.jspecify.annotations.NullMarked;
