/**
 * GitHub, laid out as an Enterprise Server: the pages under {@code /github}, the REST API under {@code /github/api/v3}.
 *
 * <p>{@link io.oauthservice.sandbox.github.GitHub} is the provider; {@code GitHubState} is what it knows, {@code GitHubChanges}
 * what people do there, and each endpoint class answers one group of addresses. Every refusal names the rule it
 * enforces; the README's table lists them.
 */
@NullMarked
package io.oauthservice.sandbox.github;

import org.jspecify.annotations.NullMarked;
