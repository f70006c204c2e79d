package io.oauthservice.provider;

/** A provider whose tokens survive more than {@link RefreshRules#STRICTEST} assumes. */
public interface RefreshRulesSource {

    RefreshRules refreshRules(Grant grant);
}
