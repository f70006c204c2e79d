/**
 * Atlassian Cloud: the authorization server and the API, both under {@code /atlassian}.
 *
 * <p>{@link io.oauthservice.sandbox.atlassian.Atlassian} is the provider; {@code AtlassianState} is its state: the
 * {@code Directory} of users and sites, the {@code SiteGrants} of the users, and the {@code TokenFamilies} that came
 * from them. Each endpoint class answers one group of addresses. Every rejection names the rule that it enforces; the
 * README lists them.
 */
@NullMarked
package io.oauthservice.sandbox.atlassian;

import org.jspecify.annotations.NullMarked;
