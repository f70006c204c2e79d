package io.oauthservice.background;

import java.util.List;
import org.springframework.context.SmartLifecycle;

/**
 * The loops of a job that starts refreshes, one loop for each platform, so that a slow platform does not delay the
 * others. All stop in {@link Phases#REFRESHING_JOBS}, whatever their own phases are.
 */
public final class BackgroundLoops implements SmartLifecycle {

    private final List<BackgroundLoop> loops;

    public BackgroundLoops(List<BackgroundLoop> loops) {
        this.loops = List.copyOf(loops);
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
        return Phases.REFRESHING_JOBS;
    }
}
