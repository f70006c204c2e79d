package io.oauthservice.faults;

import io.oauthservice.SandboxControl;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where a grant comes from, and what its provider allows after a lost answer.
 *
 * <p>GitHub mints for an installation as often as it is asked; a user's refresh there kills the pair before at once. Atlassian takes the refresh token just redeemed for ten minutes more. Slack
 * does so for a short while that it does not tell: played once as long enough, and once as nothing at all.
 */
enum Platform {
    GITHUB("github", "github", "9001", "mint", "/app/installations/", "/github/api/v3/installation/repositories"),
    GITHUB_USER("github", "github", "9001", "refresh", "/app/installations/", "/github/api/v3/user"),
    JIRA(
            "jira",
            "atlassian",
            "11111111-aaaa-4bbb-8ccc-000000000001",
            "refresh",
            "accessible-resources",
            "/atlassian/me"),
    SLACK("slack", "slack", "T0ACME", "refresh", "auth.test", "/slack/api/auth.test"),
    SLACK_AT_ONCE("slack", "slack", "T0ACME", "refresh", "auth.test", "/slack/api/auth.test");

    /** Longer than any lease in this package. */
    private static final Duration GRACE = Duration.ofMinutes(1);

    /** As the service names it. */
    final String word;
    /** As the sandbox's control API names it. */
    final String sandbox;

    final String organisation;
    /** What a refresh is called at the sandbox. */
    final String refresh;
    /** What only the request has in it that asks, in an install, whose the new token is. */
    final String identityRequest;
    /** A path at the sandbox that a live token opens. */
    final String opened;

    Platform(String word, String sandbox, String organisation, String refresh, String identityRequest, String opened) {
        this.word = word;
        this.sandbox = sandbox;
        this.organisation = organisation;
        this.refresh = refresh;
        this.identityRequest = identityRequest;
        this.opened = opened;
    }

    /** The variants of each platform, in the order of the constants. */
    static Collection<List<Platform>> variants() {
        return Arrays.stream(values())
                .collect(Collectors.groupingBy(
                        platform -> platform.word, LinkedHashMap::new, Collectors.<Platform>toList()))
                .values();
    }

    /** Whether a refresh token that was redeemed by an answer nobody got is lost. */
    boolean forgivesNothing() {
        return this == SLACK_AT_ONCE || this == GITHUB_USER;
    }

    /** Which of the platform's rows is meant, where one consent gives several. */
    String row() {
        return switch (this) {
            case GITHUB -> "external_user_id IS NULL";
            case GITHUB_USER -> "external_user_id IS NOT NULL";
            case JIRA, SLACK, SLACK_AT_ONCE -> "true";
        };
    }

    /** The query of a token call. */
    String query() {
        return "?org_id=" + organisation + (this == GITHUB_USER ? "&user_id=55" : "");
    }

    /** Sets how the provider treats a refresh token that is used again. */
    void configure(SandboxControl provider) {
        switch (this) {
            case GITHUB, GITHUB_USER, JIRA -> {}
            case SLACK -> provider.setLeeway(GRACE);
            case SLACK_AT_ONCE -> provider.setLeeway(Duration.ZERO);
        }
    }
}
