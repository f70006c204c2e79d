/**
 * Jira and Confluence Cloud: Atlassian's OAuth 2.0 (3LO) with PKCE and rotating refresh tokens (docs/providers.md
 * section 2).
 *
 * <p>A grant is a user's consent. It covers both products and every site that this user ever granted to the app.
 */
@NullMarked
package io.oauthservice.provider.jira;

import org.jspecify.annotations.NullMarked;
