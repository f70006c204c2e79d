package io.oauthservice.provider.github;

import org.springframework.test.context.TestPropertySource;

/** The contract and GitHub's own cases under the newest version of its REST API. */
@TestPropertySource(properties = "oauth.providers.github.api-version=2026-03-10")
class GitHubApiVersionTest extends GitHubProviderTest {}
