package io.oauthservice.listing;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.FullHttpResponse;
import io.oauthservice.changefeed.Change;
import io.oauthservice.web.ETag;
import io.oauthservice.web.RenderedJson;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/** A rendered page of the list, or the rendered counts, and the changes that make it outdated. */
public final class CachedList {

    /** Estimated: an id in a set. */
    private static final int BYTES_OF_ID = 80;

    private static final int BYTES_OF_HEADERS = 1000;

    private final byte[] body;
    private final RenderedJson rendered;
    private final @Nullable String platform;
    private final Set<UUID> ids;

    /**
     * @param platform the only platform that it lists; null: it lists all
     * @param ids the installations in it
     */
    private CachedList(byte[] body, @Nullable String platform, Set<UUID> ids) {
        this.body = body;
        this.rendered = RenderedJson.of(
                ETag.of(body), Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(body)), ETag.REVALIDATE);
        this.platform = platform;
        this.ids = Set.copyOf(ids);
    }

    static CachedList of(Object content, @Nullable String platform, Set<UUID> ids, JsonMapper json) {
        return new CachedList(json.writeValueAsBytes(content), platform, ids);
    }

    /**
     * A new response, for Spring.
     *
     * @param ifNoneMatch the request's header: 304 if it names this list
     */
    ResponseEntity<Object> answer(@Nullable String ifNoneMatch) {
        return rendered.etag().<Object>answer(ifNoneMatch, body, ETag.REVALIDATE);
    }

    /**
     * A new response, for the fast path.
     *
     * @param ifNoneMatch the request's header: 304 if it names this list
     */
    public FullHttpResponse response(@Nullable String ifNoneMatch) {
        return rendered.response(ifNoneMatch);
    }

    boolean isOutdatedBy(Change change) {
        return change.concernsListsOf(platform) || change.concernsAny(ids);
    }

    /** Approximately, in bytes. */
    int size() {
        return BYTES_OF_HEADERS + body.length + BYTES_OF_ID * ids.size();
    }
}
