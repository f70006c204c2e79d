package io.oauthservice.background;

import java.util.function.Supplier;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** Subscribes to notifications while this replica answers requests. */
public final class BackgroundSubscription implements SmartLifecycle {

    private final Supplier<Disposable> subscribe;
    private Disposable subscription = Disposables.disposed();

    /** @param subscribe called at each start; what it returns is disposed at the stop */
    public BackgroundSubscription(Supplier<Disposable> subscribe) {
        this.subscribe = subscribe;
    }

    @Override
    public void start() {
        subscription = subscribe.get();
    }

    @Override
    public void stop() {
        subscription.dispose();
    }

    @Override
    public boolean isRunning() {
        return !subscription.isDisposed();
    }

    @Override
    public int getPhase() {
        return Phases.SUBSCRIPTIONS;
    }
}
