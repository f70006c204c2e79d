package io.oauthservice;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which recorded webhooks a simulated provider sends, and how. They are sent one after the other. */
public final class Delivery {

    private final Map<String, Object> fields;

    private Delivery(Map<String, Object> fields) {
        this.fields = Map.copyOf(fields);
    }

    /** The last webhooks, oldest first. */
    public static Delivery ofLast(int count) {
        return new Delivery(Map.of("last", count));
    }

    /** Only webhooks of these names, such as {@code installation.deleted} or {@code app_uninstalled}. */
    public Delivery named(String... names) {
        return with("events", List.of(names));
    }

    /** Newest first. */
    public Delivery reversed() {
        return with("order", "reversed");
    }

    /** In this order; 0 is the oldest of the selected webhooks, and a position may be repeated. */
    public Delivery inOrder(List<Integer> positions) {
        return with("order", positions);
    }

    /** Each is sent so many times in a row. */
    public Delivery times(int times) {
        return with("times", times);
    }

    /** Each message has an id of its own, as a replay by another sender has. */
    public Delivery withNewIds() {
        return with("delivery_id", "new");
    }

    Map<String, Object> fields() {
        return fields;
    }

    private Delivery with(String field, Object value) {
        Map<String, Object> all = new HashMap<>(fields);
        all.put(field, value);
        return new Delivery(all);
    }

    @Override
    public String toString() {
        return fields.toString();
    }
}
