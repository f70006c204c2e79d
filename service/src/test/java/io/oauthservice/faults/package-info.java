/**
 * Tests of what the service guarantees while its replicas are killed, paused and disconnected, at every step of an
 * install, a refresh and a webhook. Three replicas run as processes of the packaged jar. The tests reach them only from
 * outside: by signals, by proxies and by the sandbox.
 *
 * <p>{@link io.oauthservice.faults.ListIT} checks lists and streams while notifications are held up.
 *
 * <p>A {@link io.oauthservice.faults.SeededRun} determines the sequence of faults; {@code bench/faults} runs many.
 * {@code docs/benchmarks.md} describes how to run the tests and read their report.
 */
@NullMarked
package io.oauthservice.faults;

import org.jspecify.annotations.NullMarked;
