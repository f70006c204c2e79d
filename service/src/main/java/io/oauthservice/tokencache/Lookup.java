package io.oauthservice.tokencache;

/** The key of a cached response: the default grant of an organisation, by the organisation's id. */
public record Lookup(String platform, String orgId) {}
