package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.background.Phases;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/** The background jobs of the running service. */
class JobsTest extends ServiceTestBase {

    @Autowired
    private Map<String, BackgroundLoop> loops;

    @Autowired
    private List<SmartLifecycle> lifecycles;

    @Test
    void everyJobRuns() {
        assertThat(loops.values()).allMatch(BackgroundLoop::isRunning);
    }

    @Test
    void allStopAfterTheWebServer() {
        assertThat(lifecycles)
                .filteredOn(one -> one.getClass().getName().startsWith("io.oauthservice"))
                .hasSizeGreaterThan(loops.size())
                .allMatch(one -> one.getPhase() < WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE);
    }

    @Test
    void theEventRelayStopsLast() {
        assertThat(loops).containsKeys("outboxRelayLoop", "retentionLoop", "rewrapLoop");
        loops.forEach((name, loop) ->
                assertThat(loop.getPhase() == Phases.EVENT_RELAY).as(name).isEqualTo(name.equals("outboxRelayLoop")));
    }
}
