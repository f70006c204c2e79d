/**
 * What the service promises while it is killed, paused and cut off, at every step of an install and of a refresh: three
 * replicas as processes of the packaged jar, reached from outside only, by signals, detours and the sandbox.
 *
 * <p>A {@link io.oauthservice.faults.Seed} decides what happens when; {@code bench/faults} plays many. How to run and
 * read it is in {@code docs/benchmarks.md}.
 */
@NullMarked
package io.oauthservice.faults;

import org.jspecify.annotations.NullMarked;
