package io.oauthservice.sandbox;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Outcome;
import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The secrets in requests and replies, so that a test can search for them where none may be. */
final class SeenSecrets {

    private static final Set<String> NAMES = Set.of(
            "access_token",
            "refresh_token",
            "token",
            "code",
            "code_verifier",
            "client_secret",
            "client_assertion",
            "state");

    private final Set<String> seen = new TreeSet<>();

    synchronized Set<String> all() {
        return new TreeSet<>(seen);
    }

    synchronized void observe(Request request) {
        request.query().forEach(this::add);
        request.form().forEach(this::add);
        addValue(request.bearerOrToken());
        Request.Basic basic = request.basic();
        if (basic != null) {
            addValue(basic.password());
        }
    }

    synchronized void observe(Outcome outcome) {
        switch (outcome) {
            case Reply reply -> observe(reply);
            case Outcome.SlowReply slow -> observe(slow.reply());
            case Outcome.ClosedConnection closed -> {}
        }
    }

    private void observe(Reply reply) {
        String location = reply.headers().get("Location");
        if (location != null) {
            Params.parse(URI.create(location).getRawQuery()).forEach(this::add);
        }
        JsonNode json = Json.in(reply.body().getBytes(StandardCharsets.UTF_8));
        if (json != null) {
            NAMES.forEach(name -> json.findValues(name).forEach(value -> add(name, value.asString(""))));
        }
    }

    private void add(String name, String value) {
        if (NAMES.contains(name)) {
            addValue(value);
        }
    }

    /** Shorter values would be found in unrelated text. */
    private void addValue(@Nullable String value) {
        if (value != null && value.length() >= 12) {
            seen.add(value);
        }
    }
}
