package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.ProviderContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The deliveries of the past three days, newest first; older ones can be neither listed nor redelivered. */
final class Deliveries {

    private static final Duration KEPT_FOR = Duration.ofDays(3);
    private static final int KEPT = 1_000;

    private final ProviderContext context;
    private final Deque<Delivery> newestFirst = new ArrayDeque<>();

    Deliveries(ProviderContext context) {
        this.context = context;
    }

    synchronized void add(Delivery delivery) {
        newestFirst.addFirst(delivery);
        if (newestFirst.size() > KEPT) {
            newestFirst.removeLast();
        }
    }

    synchronized List<Delivery> recent() {
        Instant oldest = context.now().minus(KEPT_FOR);
        return newestFirst.stream().filter(each -> each.at().isAfter(oldest)).toList();
    }

    @Nullable
    Delivery find(String id) {
        return recent().stream()
                .filter(each -> String.valueOf(each.id()).equals(id))
                .findFirst()
                .orElse(null);
    }

    synchronized void clear() {
        newestFirst.clear();
    }
}
