package io.oauthservice.fastpath;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.oauthservice.access.Caller;
import io.oauthservice.access.Callers;
import io.oauthservice.access.ClientAddresses;
import io.oauthservice.audit.AuditCounts;
import io.oauthservice.listing.CachedList;
import io.oauthservice.listing.ListCache;
import io.oauthservice.tokencache.CachedResponse;
import io.oauthservice.tokencache.NarrowedTokens;
import io.oauthservice.tokencache.TokenCache;
import io.oauthservice.tokencache.TokenKey;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.RenderedProblem;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The fast path of requests whose response is cached, for a token or for a page of the list: authentication, policy,
 * rate limit and the response, in each connection's pipeline, after {@code RequestGate}. All other requests, and all
 * that fail here, go to regular request handling, which gives the same response.
 */
@Component
class FastPath {

    private static final String ORG_ID_QUERY = "?org_id=";
    private static final Logger log = LoggerFactory.getLogger(FastPath.class);

    private static final Set<String> COMMON_ACCEPT = Set.of(
            "*/*",
            "application/json",
            "application/json, */*",
            "application/json, text/plain, */*",
            "application/json, application/*+json",
            "application/problem+json, application/json");

    private final TokenCache cache;
    private final NarrowedTokens narrowed;
    private final ListCache lists;
    private final Callers callers;
    private final ClientAddresses addresses;
    private final FullHttpResponse rateLimited;
    private final AuditCounts counts;
    private final Timer timer;
    private final Timer listTimer;

    FastPath(
            TokenCache cache,
            NarrowedTokens narrowed,
            ListCache lists,
            Callers callers,
            AuditCounts counts,
            ClientAddresses addresses,
            JsonMapper json,
            MeterRegistry registry) {
        this.cache = cache;
        this.narrowed = narrowed;
        this.lists = lists;
        this.callers = callers;
        this.counts = counts;
        this.addresses = addresses;
        this.rateLimited = RenderedProblem.of(ProblemException.rateLimited(), json);
        this.timer = Timer.builder("oauth.token.reads.cached")
                .description("Token reads served from the cache by the fast path, until the response is written")
                .register(registry);
        this.listTimer = Timer.builder("oauth.list.reads.cached")
                .description("Pages of the list served from the cache by the fast path, until the response is written")
                .register(registry);
    }

    /**
     * The response, with the rate limit applied and the read of a token counted: 429 if the caller exceeds its limit.
     * Null: regular request handling responds.
     */
    @Nullable
    HttpResponse respond(HttpRequest request, InetSocketAddress from) {
        try {
            return respondFromCache(request, from);
        } catch (RuntimeException e) {
            // Regular handling responds to every request; an exception here would close the connection.
            log.debug("Fast path failed: error={}", e.toString());
            return null;
        }
    }

    private @Nullable HttpResponse respondFromCache(HttpRequest request, InetSocketAddress from) {
        long start = System.nanoTime();
        if (!HttpMethod.GET.equals(request.method())) {
            return null;
        }
        if (request.uri().startsWith(ListCache.PATH)) {
            return respondWithList(request, from, start);
        }
        TokenKey key = key(request.uri());
        CachedResponse whole = key == null ? null : cache.find(key);
        NarrowedTokens.Responses narrowedResponses = whole == null ? findNarrowed(request.uri()) : null;
        HttpHeaders headers = request.headers();
        if ((whole == null && narrowedResponses == null) || !acceptsJson(headers)) {
            return null;
        }
        Caller caller = caller(headers, from);
        CachedResponse cached = caller == null ? null : findPermitted(caller, whole, narrowedResponses, request.uri());
        if (caller == null || cached == null) {
            return null;
        }
        if (!caller.tryRequest()) {
            return rateLimited.retainedDuplicate();
        }
        HttpResponse response = cached.response(headers.get(HttpHeaderNames.IF_NONE_MATCH));
        boolean notModified = HttpResponseStatus.NOT_MODIFIED.equals(response.status());
        counts.countRead(cached.readCounters(), caller.name(), addresses.findOrPeer(headers, from), notModified);
        timer.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        return response;
    }

    /** A request with {@code Cache-Control} may require the current state of the database. */
    private @Nullable HttpResponse respondWithList(HttpRequest request, InetSocketAddress from, long start) {
        HttpHeaders headers = request.headers();
        Caller caller =
                headers.contains(HttpHeaderNames.CACHE_CONTROL) || !acceptsJson(headers) ? null : caller(headers, from);
        CachedList list = caller == null ? null : lists.find(caller, request.uri());
        if (caller == null || list == null) {
            return null;
        }
        if (!caller.tryRequest()) {
            return rateLimited.retainedDuplicate();
        }
        HttpResponse response = list.response(headers.get(HttpHeaderNames.IF_NONE_MATCH));
        listTimer.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        return response;
    }

    private NarrowedTokens.@Nullable Responses findNarrowed(String uri) {
        return uri.startsWith(TokenCache.PATH) ? narrowed.find(uri) : null;
    }

    /** A caller that may not get the token of the whole grant may get a narrowed token at the same address. */
    private @Nullable CachedResponse findPermitted(
            Caller caller,
            @Nullable CachedResponse whole,
            NarrowedTokens.@Nullable Responses narrowedResponses,
            String uri) {
        if (whole != null && whole.permits(caller)) {
            return whole;
        }
        NarrowedTokens.Responses known = narrowedResponses == null ? findNarrowed(uri) : narrowedResponses;
        return known == null ? null : known.find(caller);
    }

    /** Common values only; others are negotiated by regular handling. */
    private static boolean acceptsJson(HttpHeaders headers) {
        String accept = headers.get(HttpHeaderNames.ACCEPT);
        return accept == null
                || (COMMON_ACCEPT.contains(accept)
                        && headers.getAll(HttpHeaderNames.ACCEPT).size() == 1);
    }

    private @Nullable Caller caller(HttpHeaders headers, InetSocketAddress from) {
        String authorization = headers.get(HttpHeaderNames.AUTHORIZATION);
        Caller caller = authorization == null
                ? callers.identifyAnonymous(addresses.find(headers, from))
                : callers.identify(authorization);
        // Only the standard representation is cached.
        return caller == null || caller.plainAnswers() ? null : caller;
    }

    /** The key of a request with exactly one parameter that needs no decoding; null for any other. */
    private static @Nullable TokenKey key(String uri) {
        int query = uri.indexOf('?');
        if (query < 0 || !uri.startsWith(TokenCache.PATH) || !uri.startsWith(ORG_ID_QUERY, query)) {
            return null;
        }
        for (int i = query + ORG_ID_QUERY.length(); i < uri.length(); i++) {
            switch (uri.charAt(i)) {
                case '%', '+', '&', ';' -> {
                    return null;
                }
                default -> {}
            }
        }
        return new TokenKey(
                uri.substring(TokenCache.PATH.length(), query), uri.substring(query + ORG_ID_QUERY.length()));
    }
}
