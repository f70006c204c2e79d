package io.oauthservice.events;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * An organisation at a platform: a GitHub account, an Atlassian site, a Slack workspace or enterprise.
 *
 * @param id the platform's id, which never changes; compare organisations by it
 * @param name the display name, which may change or be reused; null if the platform has none
 * @param url the web address; null if the platform has none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Organisation(
        @JsonProperty("id") String id,
        @JsonProperty("name") @Nullable String name,
        @JsonProperty("url") @Nullable String url) {}
