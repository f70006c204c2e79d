package io.oauthservice.background;

import java.util.List;
import org.springframework.context.SmartLifecycle;

/**
 * The loops of a job that has one loop for each platform, so that a slow platform does not delay the others. All have
 * one phase.
 */
public final class BackgroundLoops implements SmartLifecycle {

    private final List<BackgroundLoop> loops;
    private final int phase;

    /** @param phase in place of those of the loops, see {@link Phases} */
    public BackgroundLoops(List<BackgroundLoop> loops, int phase) {
        this.loops = List.copyOf(loops);
        this.phase = phase;
    }

    @Override
    public void start() {
        loops.forEach(BackgroundLoop::start);
    }

    @Override
    public void stop() {
        loops.forEach(BackgroundLoop::stop);
    }

    @Override
    public boolean isRunning() {
        return loops.stream().anyMatch(BackgroundLoop::isRunning);
    }

    @Override
    public int getPhase() {
        return phase;
    }
}
