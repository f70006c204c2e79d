package io.oauthservice.provider.slack;

import io.oauthservice.FirstInstallContract;

/** The refresh token and the access token are revoked. */
class SlackFirstInstallTest extends FirstInstallContract {

    SlackFirstInstallTest() {
        super("slack", "slack", "T0ACME", "xoxe.xoxb-1-", 2);
    }
}
