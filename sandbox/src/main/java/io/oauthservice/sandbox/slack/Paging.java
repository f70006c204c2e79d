package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.http.Params;
import java.util.List;

/** Slack's paging: each page returns a cursor, which is empty on the last page. */
record Paging(int from, int limit) {

    private static final String CURSOR = "from:";
    private static final int MOST = 1_000;

    static Paging of(Params arguments) {
        String cursor = arguments.get("cursor");
        if (cursor != null && !cursor.startsWith(CURSOR)) {
            throw Errors.refuse("invalid_cursor", "cursor_invalid");
        }
        int from = cursor == null ? 0 : number(cursor.substring(CURSOR.length()), "invalid_cursor", "cursor_invalid");
        String limit = arguments.get("limit");
        int wanted = limit == null ? 100 : number(limit, "invalid_limit", "limit_invalid");
        return new Paging(from, Math.clamp(wanted, 1, MOST));
    }

    private static int number(String text, String error, String violation) {
        try {
            return Math.max(0, Integer.parseInt(text));
        } catch (NumberFormatException notANumber) {
            throw Errors.refuse(error, violation);
        }
    }

    <T> List<T> part(List<T> all) {
        return all.stream().skip(from).limit(limit).toList();
    }

    String next(List<?> all) {
        return all.size() - from > limit ? CURSOR + (from + limit) : "";
    }
}
