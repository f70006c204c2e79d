package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.Hashes;
import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.control.Setting;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The issued tokens by their hashes. Old tokens are kept so that reuse is recognised. */
final class AtlassianTokens {

    /** The part that is saved across restarts. */
    record Saved(List<AccessToken> access, List<RefreshToken> refresh) {}

    private static final Duration ACCESS_LIFETIME = Duration.ofHours(1);
    private static final Duration GRACE = Duration.ofMinutes(10);
    private static final int KEPT = 5_000;

    private final ProviderContext context;
    private final TokenStrings texts;
    private final TokenFamilies families;
    private final Setting<Duration> accessTokenGrace;
    private final LinkedHashMap<String, AccessToken> access = new LinkedHashMap<>();
    private final LinkedHashMap<String, RefreshToken> refresh = new LinkedHashMap<>();

    AtlassianTokens(ProviderContext context, TokenStrings texts, TokenFamilies families) {
        this.context = context;
        this.texts = texts;
        this.families = families;
        this.accessTokenGrace = context.settings().duration("access_token_grace", GRACE);
    }

    Saved saved() {
        return new Saved(List.copyOf(access.values()), List.copyOf(refresh.values()));
    }

    static Saved atStart() {
        return new Saved(List.of(), List.of());
    }

    void load(Saved saved) {
        access.clear();
        refresh.clear();
        saved.access().forEach(token -> access.put(token.hash(), token));
        saved.refresh().forEach(token -> refresh.put(token.hash(), token));
    }

    /** A refresh ends the family's access tokens after the grace period, if they do not expire before. */
    void replaceAll(TokenFamily family) {
        Instant end = context.now().plus(accessTokenGrace.value());
        access.replaceAll((hash, token) -> token.familyId() == family.id() ? token.endingBy(end) : token);
    }

    /** A pair, or an access token alone without {@code offline_access}. */
    TokenResponse issue(TokenFamily family) {
        return answer(family, family.isOffline() ? refreshToken(family) : null);
    }

    /** An access token alone. */
    TokenResponse issueAccess(TokenFamily family) {
        return answer(family, null);
    }

    private TokenResponse answer(TokenFamily family, @Nullable String refreshToken) {
        Duration lifetime = context.settings().accessTokenTtl(ACCESS_LIFETIME);
        String text = texts.accessToken(family);
        AccessToken token = new AccessToken(
                Hashes.sha256Base64Url(text), family.id(), context.now().plus(lifetime));
        access.put(token.hash(), token);
        evictOldestAccessToken();
        return new TokenResponse(family, text, lifetime, refreshToken);
    }

    private String refreshToken(TokenFamily family) {
        String text = texts.refreshToken(family);
        RefreshToken token = new RefreshToken(Hashes.sha256Base64Url(text), family.id(), family.generation());
        refresh.put(token.hash(), token);
        evictOldestRefreshToken();
        return text;
    }

    @Nullable
    AccessToken findAccess(String text) {
        return access.get(Hashes.sha256Base64Url(text));
    }

    @Nullable
    RefreshToken findRefresh(String text) {
        return refresh.get(Hashes.sha256Base64Url(text));
    }

    // A token that is still needed moves to the end, so that the next one can be evicted.
    private void evictOldestAccessToken() {
        for (int looks = 0; looks < 2 && access.size() > KEPT; looks++) {
            AccessToken oldest = access.firstEntry().getValue();
            access.remove(oldest.hash());
            if (!oldest.hasExpired(context.now())) {
                access.put(oldest.hash(), oldest);
            }
        }
    }

    private void evictOldestRefreshToken() {
        for (int looks = 0; looks < 2 && refresh.size() > KEPT; looks++) {
            RefreshToken oldest = refresh.firstEntry().getValue();
            refresh.remove(oldest.hash());
            if (!isLongReplaced(oldest)) {
                refresh.put(oldest.hash(), oldest);
            }
        }
    }

    private boolean isLongReplaced(RefreshToken token) {
        TokenFamily family = families.family(token.familyId());
        return family.death() != null || token.generation() < family.generation() - 1;
    }
}
