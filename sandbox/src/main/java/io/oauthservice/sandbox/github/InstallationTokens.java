package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.ProviderContext;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The valid installation tokens. */
final class InstallationTokens {

    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final int KEPT = 5_000;

    // A token of the newer format: ghs_{app id}_{three parts like a JWT's}, about 520 characters. It ends with "-_",
    // so that every token contains the two characters that clients often fail to accept.
    private static final int HEADER = 36;
    private static final int PAYLOAD = 130;
    private static final int SIGNATURE = 342;

    private final ProviderContext context;
    private final Map<String, InstallationToken> byValue = new LinkedHashMap<>();

    InstallationTokens(ProviderContext context, List<InstallationToken> saved) {
        this.context = context;
        saved.forEach(token -> byValue.put(token.value(), token));
    }

    List<InstallationToken> saved() {
        return List.copyOf(byValue.values());
    }

    InstallationToken issue(
            GitHubInstallation of,
            @Nullable List<Long> repositoryIds,
            Map<String, String> permissions,
            boolean stateless) {
        evictExpired();
        Instant end = context.now().plus(context.settings().accessTokenTtl(LIFETIME));
        InstallationToken token =
                new InstallationToken(randomLetters(stateless), of.id(), repositoryIds, permissions, end);
        byValue.put(token.value(), token);
        return token;
    }

    @Nullable
    InstallationToken find(@Nullable String value) {
        return byValue.get(value);
    }

    void revoke(InstallationToken token) {
        byValue.remove(token.value());
    }

    void revokeAllOf(GitHubInstallation installation) {
        byValue.values().removeIf(token -> token.installationId() == installation.id());
    }

    private String randomLetters(boolean stateless) {
        if (!stateless) {
            return "ghs_" + context.randomLetters(36);
        }
        return "ghs_" + App.ID + "_eyJ" + context.randomBase64Url(HEADER - 3) + "." + context.randomBase64Url(PAYLOAD)
                + "." + context.randomBase64Url(SIGNATURE - 2) + "-_";
    }

    private void evictExpired() {
        if (byValue.size() > KEPT) {
            Instant now = context.now();
            byValue.values().removeIf(token -> token.isExpired(now));
        }
    }
}
