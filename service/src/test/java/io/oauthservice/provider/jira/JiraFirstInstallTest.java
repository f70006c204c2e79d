package io.oauthservice.provider.jira;

import io.oauthservice.FirstInstallContract;

/** The token family is revoked by its refresh token. */
class JiraFirstInstallTest extends FirstInstallContract {

    JiraFirstInstallTest() {
        super("jira", "atlassian", "11111111-aaaa-4bbb-8ccc-000000000001", "ey", 1);
    }
}
