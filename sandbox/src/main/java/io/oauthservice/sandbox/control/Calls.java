package io.oauthservice.sandbox.control;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Reply;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The most recent calls to a provider, recorded on arrival. Contains no secret. */
final class Calls {

    private static final int KEPT = 10_000;

    /** One call. Its status is null until it is answered, and stays null if the reply was dropped. */
    final class Call {

        private final String operation;
        private final Instant at;
        private final @Nullable Fault fault;
        private @Nullable Integer status;
        private @Nullable String grant;
        private @Nullable String violation;
        private @Nullable String advice;

        private Call(String operation, Instant at, @Nullable Fault fault) {
            this.operation = operation;
            this.at = at;
            this.fault = fault;
        }

        void handled(Reply reply) {
            synchronized (Calls.this) {
                grant = reply.grant();
                violation = reply.violation();
                advice = reply.advice();
            }
        }

        void setStatus(int with) {
            synchronized (Calls.this) {
                status = with;
            }
        }

        private ObjectNode json() {
            ObjectNode json = Json.object()
                    .put("operation", operation)
                    .put("status", status)
                    .put("at", at.toString())
                    .put("grant", grant)
                    .put("violation", violation);
            if (advice != null) {
                json.put("advice", advice);
            }
            return fault == null ? json : json.put("fault", Input.word(fault.kind()));
        }
    }

    private final Deque<Call> newest = new ArrayDeque<>();

    synchronized Call record(String operation, Instant at, @Nullable Fault fault) {
        Call call = new Call(operation, at, fault);
        newest.add(call);
        if (newest.size() > KEPT) {
            newest.remove();
        }
        return call;
    }

    synchronized ArrayNode json(@Nullable String operation) {
        ArrayNode all = Json.array();
        for (Call call : newest) {
            if (operation == null || operation.equals(call.operation)) {
                all.add(call.json());
            }
        }
        return all;
    }

    synchronized void clear() {
        newest.clear();
    }
}
