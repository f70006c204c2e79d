package io.oauthservice.provider.github;

import io.oauthservice.FirstInstallContract;

/** The user token of the flow and the installation are revoked. */
class GitHubFirstInstallTest extends FirstInstallContract {

    GitHubFirstInstallTest() {
        super("github", "github", "9001", "ghs_", 2);
    }
}
