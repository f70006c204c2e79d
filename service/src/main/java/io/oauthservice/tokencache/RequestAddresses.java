package io.oauthservice.tokencache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthservice.provider.Ceiling;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of requests for narrowed tokens, as callers write them. They identify a cached token without parsing.
 * Which token that is depends on the caller's ceiling.
 */
final class RequestAddresses {

    /** In characters, of all addresses. */
    private static final long MAX_LENGTH = 16L * 1024 * 1024;

    private static final int MAX_CEILINGS = 16;

    private final Cache<String, List<TokenForCeiling>> byAddress = Caffeine.newBuilder()
            .maximumWeight(MAX_LENGTH)
            .weigher((String address, List<TokenForCeiling> tokens) -> address.length() + 100 * tokens.size())
            .executor(Runnable::run)
            .build();

    @Nullable
    List<TokenForCeiling> find(String address) {
        return byAddress.getIfPresent(address);
    }

    /** Each token has a limited number of addresses. */
    void remember(String address, @Nullable Ceiling ceiling, CachedNarrowedToken token) {
        List<TokenForCeiling> known = byAddress.getIfPresent(address);
        TokenForCeiling before = known == null ? null : find(known, ceiling);
        if ((before == null || before.token() != token) && token.tryAddAddress()) {
            byAddress.asMap().merge(address, List.of(new TokenForCeiling(ceiling, token)), RequestAddresses::merge);
        }
    }

    private static List<TokenForCeiling> merge(List<TokenForCeiling> before, List<TokenForCeiling> added) {
        TokenForCeiling newest = added.getFirst();
        List<TokenForCeiling> merged = new ArrayList<>(added);
        before.stream()
                .filter(one -> !one.token().isEvicted() && !Objects.equals(one.ceiling(), newest.ceiling()))
                .limit(MAX_CEILINGS - 1)
                .forEach(merged::add);
        return List.copyOf(merged);
    }

    static @Nullable TokenForCeiling find(List<TokenForCeiling> tokens, @Nullable Ceiling ceiling) {
        for (TokenForCeiling one : tokens) {
            if (Objects.equals(one.ceiling(), ceiling)) {
                return one.token().isEvicted() ? null : one;
            }
        }
        return null;
    }

    /** What an address leads to for callers with this ceiling. */
    record TokenForCeiling(@Nullable Ceiling ceiling, CachedNarrowedToken token) {}
}
