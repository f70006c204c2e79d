package io.oauthservice.local;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints the message instead of a stack trace if Spring was already starting. */
final class StartRefusedAnalyzer extends AbstractFailureAnalyzer<StartRefusedException> {

    @Override
    protected FailureAnalysis analyze(Throwable root, StartRefusedException rejected) {
        return new FailureAnalysis(String.valueOf(rejected.getMessage()), null, rejected);
    }
}
