package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One page of a list, by {@code per_page} and {@code page}; the {@code Link} header names the other pages. */
record Paging(URI address, int perPage, int page) {

    private static final int USUAL = 30;
    private static final int MOST = 100;

    static Paging of(Request request, ProviderContext context) {
        URI address = context.rootUrl(request.path());
        return new Paging(address, perPage(request), number(request.query().get("page"), 1));
    }

    /** How many elements a page may have. */
    static int perPage(Request request) {
        return Math.min(MOST, number(request.query().get("per_page"), USUAL));
    }

    /** The list itself. */
    <T> Reply plain(List<T> all, Function<T, JsonNode> json) {
        return addLinks(Reply.json(200, page(all, json)), all.size());
    }

    /** The list under a name, with its total and these further fields. */
    <T> Reply countedReply(ObjectNode beside, String name, List<T> all, Function<T, JsonNode> json) {
        ObjectNode body = beside.put("total_count", all.size());
        body.set(name, page(all, json));
        return addLinks(Reply.json(200, body), all.size());
    }

    private <T> JsonNode page(List<T> all, Function<T, JsonNode> json) {
        long from = Math.min(all.size(), (page - 1L) * perPage);
        return Json.of(all.stream().skip(from).limit(perPage).map(json).toList());
    }

    private Reply addLinks(Reply reply, int total) {
        int last = Math.max(1, (total + perPage - 1) / perPage);
        List<String> links = new ArrayList<>();
        if (page > 1) {
            links.add(link(page - 1, "prev"));
        }
        if (page < last) {
            links.add(link(page + 1, "next"));
            links.add(link(last, "last"));
        }
        if (page > 1) {
            links.add(link(1, "first"));
        }
        return links.isEmpty() ? reply : reply.with("Link", String.join(", ", links));
    }

    private String link(int to, String relation) {
        return "<" + address + "?per_page=" + perPage + "&page=" + to + ">; rel=\"" + relation + "\"";
    }

    private static int number(@Nullable String text, int otherwise) {
        try {
            return text == null ? otherwise : Math.max(1, Integer.parseInt(text));
        } catch (NumberFormatException notANumber) {
            return otherwise;
        }
    }
}
