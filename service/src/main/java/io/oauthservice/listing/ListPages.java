package io.oauthservice.listing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthservice.access.Caller;
import io.oauthservice.changefeed.Change;
import io.oauthservice.changefeed.ChangeFeed;
import io.oauthservice.concurrent.ReadMark;
import io.oauthservice.concurrent.SingleFlight;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Pages of the list that are served from memory: for the callers that would get the same page, until a change makes the
 * page outdated, and only while this replica is notified of changes within two seconds.
 */
@Component
@EnableConfigurationProperties(ListProperties.class)
public class ListPages implements ChangeFeed.Listener {

    /** The path of the list; those of the other cached pages begin with it. */
    public static final String PATH = "/oauth/installations";

    /** In any case, so that an unused page is not kept for long. */
    private static final Duration MAX_AGE = Duration.ofSeconds(60);

    private static final int CALLERS = 20_000;

    /** Each change is compared with all pages. */
    private static final int MOST_PAGES = 5_000;

    private static final Pattern NO_CACHE =
            Pattern.compile("(^|[,\\s])(no-cache|no-store|max-age=0)($|[,\\s])", Pattern.CASE_INSENSITIVE);

    private final ChangeFeed feed;
    private final boolean enabled;
    private final Cache<Key, ListPage> pages;
    private final SingleFlight<Key, Result> reads = new SingleFlight<>();

    /** By identity: a caller is one object for as long as its permissions are the same. */
    private final Cache<Caller, Visibility> visibilities = Caffeine.newBuilder()
            .weakKeys()
            .maximumSize(CALLERS)
            .executor(Runnable::run)
            .build();

    ListPages(ChangeFeed feed, ListProperties properties) {
        this.feed = feed;
        this.enabled = properties.cacheSize().toBytes() > 0;
        long size = properties.cacheSize().toBytes();
        int least = (int) Math.min(Integer.MAX_VALUE, size / MOST_PAGES);
        this.pages = Caffeine.newBuilder()
                .maximumWeight(size)
                .weigher((Key key, ListPage page) ->
                        Math.max(least, page.size() + key.address().length()))
                .expireAfterWrite(MAX_AGE)
                .executor(Runnable::run)
                .build();
        feed.listen(this);
    }

    /** The address of a request, as {@link #find} expects it. */
    static String address(ServerHttpRequest request) {
        String query = request.getURI().getRawQuery();
        return request.getURI().getRawPath() + (query == null ? "" : "?" + query);
    }

    /** Whether the caller wants what the database says now: {@code Cache-Control: no-cache} (RFC 9111 section 5.2.1.4). */
    static boolean mustBeFresh(ServerHttpRequest request) {
        return request.getHeaders().getOrEmpty(HttpHeaders.CACHE_CONTROL).stream()
                .anyMatch(value -> NO_CACHE.matcher(value).find());
    }

    /**
     * The page that may be served to this caller without a read; null: there is none.
     *
     * @param address path and query
     */
    public @Nullable ListPage find(Caller caller, String address) {
        return enabled && feed.isCurrent() && caller.may(Caller.INSTALLATIONS_READ)
                ? pages.getIfPresent(key(caller, address))
                : null;
    }

    /**
     * The page as it is now. Equal concurrent requests share one read, unless the read began before a change
     * that precedes this request.
     *
     * @param fresh whether the response must show everything that was committed before the request
     */
    Mono<ListPage> read(Caller caller, String address, boolean fresh, Supplier<Mono<ListPage>> read) {
        return Mono.defer(() -> {
            ListPage cached = fresh ? null : find(caller, address);
            return cached == null ? read(key(caller, address), fresh, markRead(), read) : Mono.just(cached);
        });
    }

    private ReadMark markRead() {
        return new ReadMark(feed.count(), System.nanoTime());
    }

    private Mono<ListPage> read(Key key, boolean fresh, ReadMark asked, Supplier<Mono<ListPage>> read) {
        return reads.join(key, () -> readAndKeep(key, read))
                .flatMap(result ->
                        isOutdated(result, fresh, asked) ? read(key, fresh, asked, read) : Mono.just(result.page()));
    }

    private Mono<Result> readAndKeep(Key key, Supplier<Mono<ListPage>> read) {
        return Mono.defer(() -> {
            ReadMark reading = markRead();
            return read.get().doOnNext(page -> keep(key, page, reading)).map(page -> new Result(page, reading));
        });
    }

    private boolean isOutdated(Result result, boolean fresh, ReadMark asked) {
        ReadMark reading = result.reading();
        return reading.startedAt() - asked.startedAt() < 0
                && (fresh || !feed.isCurrent() || feed.anySince(reading.changes(), result.page()::isOutdatedBy));
    }

    /** Checked again afterwards: a change that arrives meanwhile either finds the page or is found. */
    private void keep(Key key, ListPage page, ReadMark reading) {
        if (!enabled || feed.anySince(reading.changes(), page::isOutdatedBy)) {
            return;
        }
        pages.put(key, page);
        if (feed.anySince(reading.changes(), page::isOutdatedBy)) {
            pages.asMap().remove(key, page);
        }
    }

    private Key key(Caller caller, String address) {
        return new Key(visibilities.get(caller, Visibility::new), address);
    }

    @Override
    public void onChange(Change change) {
        for (Map.Entry<Key, ListPage> entry : pages.asMap().entrySet()) {
            if (entry.getValue().isOutdatedBy(change)) {
                pages.asMap().remove(entry.getKey(), entry.getValue());
            }
        }
    }

    @Override
    public void onLost() {
        pages.invalidateAll();
    }

    private record Key(Visibility visibility, String address) {}

    private record Result(ListPage page, ReadMark reading) {}
}
