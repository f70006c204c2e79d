package io.oauthservice.deployment;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How this process treats a database of another deployment.
 *
 * @param adoptDatabase whether it starts nevertheless and records its own callback base, because the service was moved
 */
@ConfigurationProperties("oauth.deployment")
record DeploymentProperties(@DefaultValue("false") boolean adoptDatabase) {}
