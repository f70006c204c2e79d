package io.oauthservice.sandbox;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a sandbox is started.
 *
 * @param port the port on 127.0.0.1; 0 takes any free one
 * @param stateFile where installations, tokens and keys outlive a restart; null keeps everything in memory
 * @param callbackBase the service whose redirect URIs are registered: {@code callbackBase/oauth/callback/{platform}}
 */
public record SandboxOptions(int port, @Nullable Path stateFile, URI callbackBase) {

    public SandboxOptions {
        if (callbackBase.toString().endsWith("/")) {
            callbackBase = URI.create(callbackBase.toString().replaceAll("/+$", ""));
        }
    }

    /** Any free port, in memory. */
    public static SandboxOptions inMemory(URI callbackBase) {
        return new SandboxOptions(0, null, callbackBase);
    }

    public SandboxOptions withPort(int port) {
        return new SandboxOptions(port, stateFile, callbackBase);
    }

    public SandboxOptions withStateFile(Path stateFile) {
        return new SandboxOptions(port, stateFile, callbackBase);
    }
}
