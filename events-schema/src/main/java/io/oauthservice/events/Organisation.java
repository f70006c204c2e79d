package io.oauthservice.events;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * An organisation at a platform: a GitHub account, an Atlassian site, a Slack workspace or enterprise.
 *
 * @param id the platform's id, which never changes; compare by this
 * @param name the name people see, which may change or be recycled; null where the platform tells none
 * @param url where a browser finds it; null where the platform tells none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Organisation(
        @JsonProperty("id") String id,
        @JsonProperty("name") @Nullable String name,
        @JsonProperty("url") @Nullable String url) {}
