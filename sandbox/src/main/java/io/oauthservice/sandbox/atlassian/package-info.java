/**
 * Atlassian Cloud: the authorization server and the API, both under {@code /atlassian}.
 *
 * <p>{@link io.oauthservice.sandbox.atlassian.Atlassian} is the provider; {@code AtlassianState} is what it knows: the {@code
 * Directory} of people and sites, the {@code SiteGrants} that people gave, and the token {@code TokenFamilies} that came of
 * them. Each endpoint class answers one group of addresses. Every refusal names the rule it enforces; the README's
 * table lists them.
 */
@NullMarked
package io.oauthservice.sandbox.atlassian;

import org.jspecify.annotations.NullMarked;
