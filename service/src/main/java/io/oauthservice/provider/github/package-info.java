/**
 * GitHub: a GitHub App and its installations (docs/providers.md section 1).
 *
 * <p>A grant is an installation. To refresh it means to mint a token with the App JWT. The user's token of the install
 * flow verifies that the user has access to the installation; it is stored as a grant of its own where that is
 * configured, else revoked.
 */
@NullMarked
package io.oauthservice.provider.github;

import org.jspecify.annotations.NullMarked;
