package io.oauthservice.sandbox;

import io.oauthservice.sandbox.control.RegisteredApp;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs the sandbox until the process is killed, and prints the environment variables for a service that uses it. */
public final class SandboxMain {

    private static final String DEFAULT_PORT = "8011";
    private static final String DEFAULT_CALLBACK_BASE = "http://127.0.0.1:8010";

    private SandboxMain() {}

    /**
     * Settings come from {@code SANDBOX_PORT}, {@code SANDBOX_STATE_FILE} and {@code OAUTH_CALLBACK_BASE}. With the
     * argument {@code --once} it ends when the environment is printed and the key is written.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        try {
            run(System.getenv());
        } catch (IllegalStateException cannotStart) {
            System.err.println(cannotStart.getMessage());
            System.exit(1);
        }
        if (List.of(args).contains("--once")) {
            System.exit(0);
        }
        Thread.currentThread().join();
    }

    private static void run(Map<String, String> environment) throws IOException {
        SandboxOptions options = options(environment);
        Sandbox sandbox = Sandbox.start(options);
        System.out.println("# The sandbox listens on " + sandbox.baseUrl() + ". A service needs:");
        System.out.println("OAUTH_CALLBACK_BASE=" + options.callbackBase());
        Path keys = keyDirectory(options.stateFile());
        for (RegisteredApp app : sandbox.apps()) {
            app.environment(keys).forEach((name, value) -> System.out.println(name + "=" + value));
        }
        System.out.flush();
    }

    private static SandboxOptions options(Map<String, String> environment) {
        String stateFile = environment.get("SANDBOX_STATE_FILE");
        return new SandboxOptions(
                port(environment.getOrDefault("SANDBOX_PORT", DEFAULT_PORT)),
                stateFile == null || stateFile.isBlank() ? null : Path.of(stateFile),
                URI.create(environment.getOrDefault("OAUTH_CALLBACK_BASE", DEFAULT_CALLBACK_BASE)),
                Boolean.parseBoolean(environment.get("SANDBOX_WEBHOOKS")));
    }

    private static int port(String text) {
        try {
            return Integer.parseInt(text.trim());
        } catch (NumberFormatException notANumber) {
            throw new IllegalStateException("SANDBOX_PORT must be a port number, not '" + text + "'.", notANumber);
        }
    }

    private static Path keyDirectory(@Nullable Path stateFile) throws IOException {
        return stateFile == null
                ? Files.createTempDirectory("oauth-sandbox")
                : Files.createDirectories(stateFile.toAbsolutePath().resolveSibling(""));
    }
}
