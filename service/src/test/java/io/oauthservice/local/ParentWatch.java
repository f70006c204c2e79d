package io.oauthservice.local;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Ends this process when the one that started it is gone. Maven, killed hard, cannot stop the application that it
 * started; the application has to notice by itself.
 */
public final class ParentWatch {

    private static final long EVERY_MILLIS = 300;

    private ParentWatch() {}

    /** Runs the action once, on a thread of its own, when Maven is gone. Does nothing where no Java program started us. */
    public static void whenGone(Runnable action) {
        ProcessHandle self = ProcessHandle.current();
        launcher(self).ifPresent(parent -> whenGone(() -> isParent(parent, self), action));
    }

    static void whenGone(BooleanSupplier there, Runnable action) {
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> {
            if (awaitEnd(there)) {
                action.run();
            }
        });
    }

    private static boolean awaitEnd(BooleanSupplier there) {
        try {
            while (there.getAsBoolean()) {
                Thread.sleep(EVERY_MILLIS);
            }
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    // Linux hands orphans to another parent, also while the dead one waits to be buried; Windows keeps the old id.
    private static boolean isParent(ProcessHandle parent, ProcessHandle self) {
        return parent.isAlive() && self.parent().filter(parent::equals).isPresent();
    }

    /** Empty where a shell or the system started the process: they may go while it stays. */
    static Optional<ProcessHandle> launcher(ProcessHandle process) {
        return process.parent()
                .filter(parent ->
                        parent.info().command().map(ParentWatch::isJava).orElse(false));
    }

    private static boolean isJava(String command) {
        String name = Path.of(command).getFileName().toString();
        return name.equals("java") || name.equals("java.exe");
    }
}
