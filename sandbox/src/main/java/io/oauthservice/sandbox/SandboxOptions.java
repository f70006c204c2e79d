package io.oauthservice.sandbox;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Options for starting a sandbox.
 *
 * @param port the port on 127.0.0.1; 0 means any free port
 * @param stateFile the file that saves installations, tokens and keys across restarts; null keeps them in memory
 * @param callbackBase the base address of the service; its redirect URIs are {@code
 *     callbackBase/oauth/callback/{platform}}
 * @param webhooks whether the providers send webhooks from the beginning; the setting {@code webhooks} changes it
 */
public record SandboxOptions(int port, @Nullable Path stateFile, URI callbackBase, boolean webhooks) {

    public SandboxOptions {
        if (callbackBase.toString().endsWith("/")) {
            callbackBase = URI.create(callbackBase.toString().replaceAll("/+$", ""));
        }
    }

    /** Uses any free port and keeps the state in memory. */
    public static SandboxOptions inMemory(URI callbackBase) {
        return new SandboxOptions(0, null, callbackBase, false);
    }

    public SandboxOptions withPort(int port) {
        return new SandboxOptions(port, stateFile, callbackBase, webhooks);
    }

    public SandboxOptions withStateFile(Path stateFile) {
        return new SandboxOptions(port, stateFile, callbackBase, webhooks);
    }
}
