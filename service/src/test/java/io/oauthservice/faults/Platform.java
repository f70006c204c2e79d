package io.oauthservice.faults;

import io.oauthservice.SandboxControl;
import io.oauthservice.TestPlatform;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A kind of grant, and what its provider allows after a lost response.
 *
 * <p>GitHub creates any number of installation tokens. The refresh of a user's token at GitHub immediately invalidates
 * the previous pair. Atlassian accepts a used refresh token for ten more minutes. Slack does so for a short,
 * undocumented time: one variant has a reuse interval that is long enough, the other has none.
 */
enum Platform {
    GITHUB(TestPlatform.GITHUB, "mint", "/app/installations/", "/github/api/v3/installation/repositories"),
    GITHUB_USER(TestPlatform.GITHUB, "refresh", "/app/installations/", "/github/api/v3/user"),
    JIRA(TestPlatform.JIRA, "refresh", "accessible-resources", "/atlassian/me"),
    SLACK(TestPlatform.SLACK, "refresh", "auth.test", "/slack/api/auth.test"),
    SLACK_AT_ONCE(TestPlatform.SLACK, "refresh", "auth.test", "/slack/api/auth.test");

    /** Who is signed in at the simulated GitHub. */
    static final int GITHUB_USER_ID = 55;

    /** Longer than any lease in this package. */
    private static final Duration REUSE_INTERVAL = Duration.ofMinutes(1);

    /** The platform's id in this service. */
    final String id;
    /** The provider's name in the sandbox's control API. */
    final String sandbox;

    final String organisation;
    /** The sandbox's name of a refresh. */
    final String refreshOperation;
    /** Part of a path. In an install flow, only the request for the new token's installation contains it. */
    final String identityPath;
    /** A path at the sandbox that requires a valid token. */
    final String protectedPath;

    Platform(TestPlatform platform, String refreshOperation, String identityPath, String protectedPath) {
        this.id = platform.id();
        this.sandbox = platform.sandbox();
        this.organisation = platform.organisation();
        this.refreshOperation = refreshOperation;
        this.identityPath = identityPath;
        this.protectedPath = protectedPath;
    }

    /** The variants of each platform, in the order of the constants. */
    static Collection<List<Platform>> variants() {
        return Arrays.stream(values())
                .collect(Collectors.groupingBy(
                        platform -> platform.id, LinkedHashMap::new, Collectors.<Platform>toList()))
                .values();
    }

    /** Whether the grant is lost if the response to a refresh is lost. */
    boolean hasNoReuseInterval() {
        return this == SLACK_AT_ONCE || this == GITHUB_USER;
    }

    /** An SQL condition that selects the grant if one consent creates several rows. */
    String rowCondition() {
        return switch (this) {
            case GITHUB -> "external_user_id IS NULL";
            case GITHUB_USER -> "external_user_id IS NOT NULL";
            case JIRA, SLACK, SLACK_AT_ONCE -> "true";
        };
    }

    /** The query string of a token request. */
    String tokenQuery() {
        return "?org_id=" + organisation + (this == GITHUB_USER ? "&user_id=" + GITHUB_USER_ID : "");
    }

    /** Sets the provider's reuse interval. */
    void configure(SandboxControl provider) {
        switch (this) {
            case GITHUB, GITHUB_USER, JIRA -> {}
            case SLACK -> provider.setLeeway(REUSE_INTERVAL);
            case SLACK_AT_ONCE -> provider.setLeeway(Duration.ZERO);
        }
    }
}
