package io.oauthservice.installation;

import java.time.Duration;

/** How long an install flow may take. Others wait for this time until no earlier flow can be in progress. */
public final class FlowLife {

    /** From the start to the callback. */
    public static final Duration LONGEST = Duration.ofMinutes(10);

    private FlowLife() {}
}
