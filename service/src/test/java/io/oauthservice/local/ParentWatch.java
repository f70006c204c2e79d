package io.oauthservice.local;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Ends this process when its parent has ended. Maven cannot stop the application that it started if Maven is killed, so
 * the application checks its parent itself.
 */
public final class ParentWatch {

    private static final long EVERY_MILLIS = 300;

    private ParentWatch() {}

    /** Runs the action once, on its own thread, when Maven has ended. Does nothing if no Java program is the parent. */
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

    // Linux gives an orphan another parent, also while the old one is a zombie. Windows keeps the old id.
    private static boolean isParent(ProcessHandle parent, ProcessHandle self) {
        return parent.isAlive() && self.parent().filter(parent::equals).isPresent();
    }

    /** Empty if a shell or the system started the process: they may end before it. */
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
