package io.oauthservice.sandbox.control;

import io.oauthservice.sandbox.http.Json;
import java.util.List;

/**
 * Which app the client credentials belong to. The act {@code swap_app} makes them those of another App: they stay
 * valid, but nothing that the own app was granted belongs to them. Not saved across restarts.
 */
public final class CurrentApp {

    private static final String OWN = "own";
    private static final String OTHER = "other";

    private volatile boolean other;

    public boolean isOther() {
        return other;
    }

    public void reset() {
        other = false;
    }

    /** The act; its field {@code app} is {@code other} (default) or {@code own}. */
    public Provider.Act act() {
        return input -> {
            other = !input.has("app")
                    || input.choice("app", List.of(OTHER, OWN)).equals(OTHER);
            return Json.object();
        };
    }
}
