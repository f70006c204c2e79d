package io.oauthservice.tokencache;

/**
 * The key of a cached response: the default grant of an organisation, by the organisation's id.
 *
 * @param platform its id; not a {@code Platform}, whose pattern would be matched at each read
 */
public record TokenKey(String platform, String orgId) {}
