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
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;

/**
 * Lists and counts that are served from memory: to the callers that would get the same one, until a change makes it
 * outdated, and only while this replica is notified of changes within two seconds.
 */
@Component
@EnableConfigurationProperties(ListCache.Properties.class)
public class ListCache implements ChangeFeed.Listener {

    /** The path of the list; that of the counts begins with it. */
    public static final String PATH = "/oauth/installations";

    /** In any case, so that an unused list is not kept for long. */
    private static final Duration MAX_AGE = Duration.ofSeconds(60);

    private static final int CALLERS = 20_000;

    /** Each change is compared with all of them. */
    private static final int MOST_LISTS = 5_000;

    private static final Pattern NO_CACHE =
            Pattern.compile("(^|[,\\s])(no-cache|no-store|max-age=0)($|[,\\s])", Pattern.CASE_INSENSITIVE);

    private final ChangeFeed feed;
    private final boolean enabled;
    private final Cache<Key, CachedList> lists;
    private final SingleFlight<Key, Result> reads = new SingleFlight<>();

    /** By identity, which is cheaper than equality. A reload of clients or a new JWT validation creates new callers. */
    private final Cache<Caller, Visibility> visibilities = Caffeine.newBuilder()
            .weakKeys()
            .maximumSize(CALLERS)
            .executor(Runnable::run)
            .build();

    ListCache(ChangeFeed feed, Properties properties) {
        this.feed = feed;
        this.enabled = properties.cacheSize().toBytes() > 0;
        long size = properties.cacheSize().toBytes();
        int least = (int) Math.min(Integer.MAX_VALUE, size / MOST_LISTS);
        this.lists = Caffeine.newBuilder()
                .maximumWeight(size)
                .weigher((Key key, CachedList list) ->
                        Math.max(least, list.size() + key.address().length()))
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

    /**
     * Whether the caller wants what the database says now: {@code Cache-Control: no-cache} (RFC 9111 section 5.2.1.4).
     */
    static boolean mustBeFresh(ServerHttpRequest request) {
        return request.getHeaders().getOrEmpty(HttpHeaders.CACHE_CONTROL).stream()
                .anyMatch(value -> NO_CACHE.matcher(value).find());
    }

    /**
     * What may be served to this caller without a read; null: nothing.
     *
     * @param address path and query
     */
    public @Nullable CachedList find(Caller caller, String address) {
        return enabled && feed.isCurrent() && caller.may(Caller.INSTALLATIONS_READ)
                ? lists.getIfPresent(key(caller, address))
                : null;
    }

    /**
     * The list as it is now. Equal concurrent requests share one read, unless the read began before a change
     * that precedes this request.
     *
     * @param fresh whether the response must show everything that was committed before the request
     */
    Mono<CachedList> read(Caller caller, String address, boolean fresh, Supplier<Mono<CachedList>> read) {
        return Mono.defer(() -> {
            CachedList cached = fresh ? null : find(caller, address);
            return cached == null ? read(key(caller, address), fresh, feed.mark(), read) : Mono.just(cached);
        });
    }

    private Mono<CachedList> read(Key key, boolean fresh, ReadMark requestedAt, Supplier<Mono<CachedList>> read) {
        return reads.join(key, () -> readAndPut(key, read))
                .flatMap(result -> isOutdated(result, fresh, requestedAt)
                        ? read(key, fresh, requestedAt, read)
                        : Mono.just(result.list()));
    }

    private Mono<Result> readAndPut(Key key, Supplier<Mono<CachedList>> read) {
        return Mono.defer(() -> {
            ReadMark mark = feed.mark();
            return read.get().doOnNext(list -> put(key, list, mark)).map(list -> new Result(list, mark));
        });
    }

    private boolean isOutdated(Result result, boolean fresh, ReadMark requestedAt) {
        ReadMark mark = result.mark();
        return mark.startedAt() - requestedAt.startedAt() < 0
                && (fresh || !feed.isCurrent() || feed.anySince(mark.changes(), result.list()::isOutdatedBy));
    }

    /** Checked again afterwards: a change that arrives meanwhile either finds the list or is found. */
    private void put(Key key, CachedList list, ReadMark mark) {
        if (!enabled || feed.anySince(mark.changes(), list::isOutdatedBy)) {
            return;
        }
        lists.put(key, list);
        if (feed.anySince(mark.changes(), list::isOutdatedBy)) {
            lists.asMap().remove(key, list);
        }
    }

    private Key key(Caller caller, String address) {
        return new Key(visibilities.get(caller, Visibility::new), address);
    }

    @Override
    public void onChange(Change change) {
        for (Map.Entry<Key, CachedList> entry : lists.asMap().entrySet()) {
            if (entry.getValue().isOutdatedBy(change)) {
                lists.asMap().remove(entry.getKey(), entry.getValue());
            }
        }
    }

    @Override
    public void onLost() {
        lists.invalidateAll();
    }

    private record Key(Visibility visibility, String address) {}

    private record Result(CachedList list, ReadMark mark) {}

    /**
     * How the list is served.
     *
     * @param cacheSize the memory for lists and counts that are served without a read of the database; 0: none
     */
    @ConfigurationProperties("oauth.list")
    record Properties(@DefaultValue("64MB") DataSize cacheSize) {}
}
