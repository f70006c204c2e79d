package io.oauthservice.provider.jira;

import io.oauthservice.FirstInstallContract;
import io.oauthservice.Sites;

/** The token family is revoked by its refresh token. */
class JiraFirstInstallTest extends FirstInstallContract {

    JiraFirstInstallTest() {
        super("jira", "atlassian", Sites.ACME, "ey", 1);
    }
}
