/**
 * GitHub, laid out as an Enterprise Server: the pages under {@code /github}, the REST API under {@code /github/api/v3}.
 *
 * <p>{@link io.oauthservice.sandbox.github.GitHub} is the provider; {@code GitHubState} is its state, {@code
 * GitHubChanges} changes it, and each endpoint class answers one group of addresses. Every rejection names the rule that
 * it enforces; the README lists them.
 */
@NullMarked
package io.oauthservice.sandbox.github;

import org.jspecify.annotations.NullMarked;
