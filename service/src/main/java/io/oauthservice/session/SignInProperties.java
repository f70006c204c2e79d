package io.oauthservice.session;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** @param prefilledKey the API key in the sign-in form, for local use only; null: none */
@ConfigurationProperties("oauth.dashboard")
record SignInProperties(@Nullable String prefilledKey) {}
