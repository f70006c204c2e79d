package io.oauthservice.sandbox.control;

import io.oauthservice.sandbox.control.WebhookSender.Message;
import io.oauthservice.sandbox.control.WebhookSender.Response;
import io.oauthservice.sandbox.http.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The act {@code deliver}: sends recorded webhooks one after the other, in any order, repeated, late, or under another
 * delivery id or event header. A message is sent when the previous one is answered.
 */
final class Deliver {

    static final String NAME = "deliver";

    private static final int MOST = 10_000;
    private static final int MOST_TIMES = 1_000;

    private record Sending(RecordedWebhook webhook, Message message, boolean changed) {

        CompletableFuture<Integer> send() {
            return WebhookSender.send(message).thenApply(this::answered);
        }

        private int answered(Response response) {
            if (!changed) {
                webhook.answered(response);
            }
            return response.status();
        }
    }

    private final List<Sending> sendings;
    private final Duration delay;

    private Deliver(List<Sending> sendings, Duration delay) {
        this.sendings = sendings;
        this.delay = delay;
    }

    static Deliver from(Input input, SendsWebhooks provider) {
        boolean newIds = "new".equals(input.optionalText("delivery_id"));
        String event = input.optionalText("event");
        int times = input.number("times", 1, MOST_TIMES, 1);
        List<Sending> sendings = new ArrayList<>();
        for (RecordedWebhook webhook : order(input, selected(input, provider.webhooks()))) {
            for (int sent = 0; sent < times; sent++) {
                String id = newIds ? provider.newDeliveryId() : input.optionalText("delivery_id");
                sendings.add(new Sending(webhook, webhook.message(id, event), id != null || event != null));
            }
        }
        if (sendings.size() > MOST) {
            throw input.wrong("times", "smaller: at most " + MOST + " messages are sent at once");
        }
        return new Deliver(sendings, input.has("delay") ? input.duration("delay") : Duration.ZERO);
    }

    /** The last recorded ones with one of these names. */
    private static List<RecordedWebhook> selected(Input input, List<RecordedWebhook> recorded) {
        List<String> names = input.has("events") ? input.texts("events") : List.of();
        List<RecordedWebhook> named = recorded.stream()
                .filter(each -> names.isEmpty() || names.contains(each.name()))
                .toList();
        int last = input.number("last", 1, MOST, 1);
        if (named.size() < last) {
            throw input.wrong("last", "at most " + named.size() + ", as many such webhooks are recorded");
        }
        return named.subList(named.size() - last, named.size());
    }

    private static List<RecordedWebhook> order(Input input, List<RecordedWebhook> selected) {
        if (!input.has("order")) {
            return selected;
        }
        if (input.json().path("order").isArray()) {
            return byPosition(input, selected);
        }
        return switch (input.choice("order", List.of("sent", "reversed", "shuffled"))) {
            case "reversed" -> selected.reversed();
            case "shuffled" -> shuffle(input, selected);
            default -> selected;
        };
    }

    private static List<RecordedWebhook> byPosition(Input input, List<RecordedWebhook> selected) {
        List<RecordedWebhook> ordered = new ArrayList<>();
        for (Long position : input.ids("order")) {
            if (position < 0 || position >= selected.size()) {
                throw input.wrong("order", "of positions from 0, the oldest, to " + (selected.size() - 1));
            }
            ordered.add(selected.get(position.intValue()));
        }
        return ordered;
    }

    private static List<RecordedWebhook> shuffle(Input input, List<RecordedWebhook> selected) {
        List<RecordedWebhook> shuffled = new ArrayList<>(selected);
        Collections.shuffle(shuffled, new Random(input.number("seed", 0, Integer.MAX_VALUE, 0)));
        return shuffled;
    }

    /** Sends everything, and returns the statuses in order; with a delay it returns at once, without statuses. */
    ObjectNode send() {
        if (delay.isZero()) {
            return Json.object().set("statuses", statuses());
        }
        Executor later = CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS);
        var unused = CompletableFuture.runAsync(this::statuses, later);
        return Json.object().put("scheduled", sendings.size());
    }

    private ArrayNode statuses() {
        ArrayNode statuses = Json.array();
        sendings.forEach(each -> statuses.add(status(each)));
        return statuses;
    }

    /** Null: the service did not answer. */
    private static JsonNode status(Sending sending) {
        try {
            return Json.of(sending.send().join());
        } catch (CompletionException noAnswer) {
            return Json.MAPPER.nullNode();
        }
    }
}
