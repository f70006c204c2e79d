package io.oauthservice.access;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** People for tests without a context. */
public final class PeopleFixtures {

    private PeopleFixtures() {}

    public static People create() {
        return new People(new RateLimits(new SimpleMeterRegistry()));
    }
}
