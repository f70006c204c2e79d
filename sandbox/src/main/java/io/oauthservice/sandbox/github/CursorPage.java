package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One page of the deliveries. The cursor names the first delivery of the page, so that newer deliveries do not move it;
 * the {@code Link} header has the cursors of the adjacent pages.
 */
record CursorPage(
        URI address,
        int perPage,
        @Nullable String status,
        @Nullable String cursor) {

    private static final String CURSOR = "v1_";

    static CursorPage of(Request request, ProviderContext context) {
        Params query = request.query();
        int perPage = Paging.perPage(request);
        return new CursorPage(context.rootUrl(request.path()), perPage, query.get("status"), query.get("cursor"));
    }

    Reply reply(List<Delivery> newestFirst) {
        int from = start(newestFirst);
        int to = Math.min(newestFirst.size(), from + perPage);
        Reply page = Reply.json(
                200,
                Json.of(newestFirst.subList(from, to).stream()
                        .map(Delivery::json)
                        .toList()));
        List<String> links = new ArrayList<>();
        if (to < newestFirst.size()) {
            links.add(link(newestFirst.get(to), "next"));
        }
        if (from > 0) {
            links.add(link(newestFirst.get(Math.max(0, from - perPage)), "prev"));
        }
        return links.isEmpty() ? page : page.with("Link", String.join(", ", links));
    }

    private int start(List<Delivery> newestFirst) {
        if (cursor == null) {
            return 0;
        }
        return IntStream.range(0, newestFirst.size())
                .filter(index -> cursor(newestFirst.get(index)).equals(cursor))
                .findFirst()
                .orElseThrow(() -> Errors.refuse(422, "Validation Failed", "cursor_invalid"));
    }

    private String link(Delivery first, String relation) {
        Params query =
                new Params().and("per_page", perPage).and("status", status).and("cursor", cursor(first));
        return "<" + address + "?" + query.encode() + ">; rel=\"" + relation + "\"";
    }

    private static String cursor(Delivery delivery) {
        return CURSOR + delivery.id();
    }
}
