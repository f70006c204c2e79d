package io.oauthservice.tokencache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthservice.provider.Ceiling;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of requests for narrowed tokens, as callers write them. They lead to a cached token without parsing. Which
 * token an address leads to depends on the caller's ceiling.
 */
final class Spellings {

    /** In characters, of all addresses. */
    private static final long MAX_LENGTH = 16L * 1024 * 1024;

    private static final int MAX_CEILINGS = 16;

    private final Cache<String, List<Target>> byAddress = Caffeine.newBuilder()
            .maximumWeight(MAX_LENGTH)
            .weigher((String address, List<Target> targets) -> address.length() + 100 * targets.size())
            .executor(Runnable::run)
            .build();

    @Nullable
    List<Target> find(String address) {
        return byAddress.getIfPresent(address);
    }

    /** Each token has a limited number of addresses. */
    void remember(String address, @Nullable Ceiling ceiling, CachedNarrowedToken token) {
        List<Target> known = byAddress.getIfPresent(address);
        Target before = known == null ? null : find(known, ceiling);
        if ((before == null || before.token() != token) && token.takeSpelling()) {
            byAddress.asMap().merge(address, List.of(new Target(ceiling, token)), Spellings::merge);
        }
    }

    private static List<Target> merge(List<Target> before, List<Target> added) {
        Target target = added.getFirst();
        List<Target> merged = new ArrayList<>(added);
        before.stream()
                .filter(one -> !one.token().isEvicted() && !Objects.equals(one.ceiling(), target.ceiling()))
                .limit(MAX_CEILINGS - 1)
                .forEach(merged::add);
        return List.copyOf(merged);
    }

    static @Nullable Target find(List<Target> targets, @Nullable Ceiling ceiling) {
        for (Target target : targets) {
            if (Objects.equals(target.ceiling(), ceiling)) {
                return target.token().isEvicted() ? null : target;
            }
        }
        return null;
    }

    /** What an address leads to for callers with this ceiling. */
    record Target(@Nullable Ceiling ceiling, CachedNarrowedToken token) {}
}
