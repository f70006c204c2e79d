package io.oauthservice;

import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;
import reactor.blockhound.BlockHound;

/**
 * Installs BlockHound when the tests begin. BlockHound's own listener does so as soon as it is loaded, which surefire
 * also does in Maven's JVM to distribute the tests among JVMs.
 */
public class BlockHoundInstallation implements TestExecutionListener {

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        BlockHound.install();
    }
}
