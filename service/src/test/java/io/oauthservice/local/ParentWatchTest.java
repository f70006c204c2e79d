package io.oauthservice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParentWatchTest {

    private static final String WAIT = "Thread.sleep(600_000);";

    @TempDir
    private Path directory;

    @Test
    void theActionRunsWithinTwoSecondsAfterTheParentIsKilled() throws IOException, InterruptedException {
        Process parent = ChildProgram.start(directory, WAIT);
        CountDownLatch gone = new CountDownLatch(1);
        ParentWatch.whenGone(parent::isAlive, gone::countDown);

        parent.destroyForcibly();

        assertThat(gone.await(2, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void nothingHappensWhileTheParentRuns() throws IOException, InterruptedException {
        Process parent = ChildProgram.start(directory, WAIT);
        CountDownLatch gone = new CountDownLatch(1);

        ParentWatch.whenGone(parent::isAlive, gone::countDown);

        assertThat(gone.await(1, TimeUnit.SECONDS)).isFalse();
        parent.destroyForcibly();
    }

    @Test
    void theLauncherIsTheJavaProgramThatStartedUs() throws IOException {
        Process child = ChildProgram.start(directory, WAIT);

        assertThat(ParentWatch.launcher(child.toHandle())).contains(ProcessHandle.current());
        child.destroyForcibly();
    }
}
