package io.oauthservice.listing;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How the list is served.
 *
 * @param cacheSize the memory for pages that are served without a read of the database; 0: none
 */
@ConfigurationProperties("oauth.list")
record ListProperties(@DefaultValue("64MB") DataSize cacheSize) {}
