package io.oauthservice.local;

import static io.oauthservice.RepositoryFiles.ROOT;
import static io.oauthservice.RepositoryFiles.read;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Executes the commands that docs/operations.md gives for OpenBao with Docker Compose, unchanged, on a process instead
 * of the container. The configuration is the container's, except for addresses and directory.
 */
public final class ComposedOpenBao implements AutoCloseable {

    private static final String UP = "docker compose --profile openbao up -d --wait openbao";
    private static final Pattern EXEC = Pattern.compile("docker compose exec (-T )?(-e BAO_TOKEN )?openbao ([^|]+)");
    private static final Pattern PUT = Pattern.compile(".* \\| deploy/put (\\S+)");
    private static final String TYPE_TOKEN = "read -rs BAO_TOKEN && export BAO_TOKEN";
    private static final String FORGET_TOKEN = "unset BAO_TOKEN";
    private static final Pattern UNSEAL_KEY = Pattern.compile("Unseal Key \\d: (\\S+)");
    private static final Pattern ROOT_TOKEN = Pattern.compile("Initial Root Token: (\\S+)");

    private final Path home;
    private final int port = Ports.free();
    private final Deque<String> unsealKeys = new ArrayDeque<>();
    private final StringBuilder printed = new StringBuilder();
    private String tokenAtHand = "";
    private String token = "";
    private @Nullable Process server;

    /** @param home the directory of all its files */
    public ComposedOpenBao(Path home) {
        this.home = home;
    }

    public String address() {
        return "http://127.0.0.1:" + port;
    }

    /** A file that {@code deploy/put} has written. */
    public Path file(String name) {
        return home.resolve(name);
    }

    /** The token that is typed when the commands ask for one; initially the one that the initialisation prints. */
    public void typeToken(String typed) {
        tokenAtHand = typed;
    }

    /** Runs the block of commands below a marker, line by line. Returns their output. */
    public String follow(String marker) throws IOException {
        String docs = read("docs/operations.md");
        Matcher block = Pattern.compile("<!-- " + marker + " -->\n```sh\n(.*?)```", Pattern.DOTALL)
                .matcher(docs);
        if (!block.find()) {
            throw new IllegalStateException("no block <!-- " + marker + " -->");
        }
        printed.setLength(0);
        for (String line : block.group(1).lines().toList()) {
            run(line);
        }
        return printed.toString();
    }

    private void run(String line) throws IOException {
        Matcher exec = EXEC.matcher(line);
        switch (line) {
            case UP -> start();
            case TYPE_TOKEN -> token = tokenAtHand;
            case FORGET_TOKEN -> token = "";
            default -> {
                if (!exec.lookingAt()) {
                    throw new IllegalStateException("unsupported command: " + line);
                }
                execute(line, exec.group(3).strip(), exec.group(2) != null);
            }
        }
    }

    private void execute(String line, String command, boolean withToken) throws IOException {
        // On a terminal the command asks for the key.
        String complete = command.endsWith("operator unseal") ? command + " " + unsealKeys.removeFirst() : command;
        String output = inside(complete, withToken ? token : "");
        remember(output);
        Matcher put = PUT.matcher(line);
        if (put.matches()) {
            Path written = Files.writeString(file(put.group(1)), output);
            // As deploy/put writes it.
            Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-------"));
        } else {
            // The output of a single field ends with a newline only on a terminal.
            printed.append(output.strip()).append('\n');
        }
    }

    private void remember(String output) {
        List<String> keys =
                UNSEAL_KEY.matcher(output).results().map(key -> key.group(1)).toList();
        unsealKeys.addAll(keys);
        Matcher rootToken = ROOT_TOKEN.matcher(output);
        if (rootToken.find()) {
            tokenAtHand = rootToken.group(1);
        }
    }

    private String inside(String command, String withToken) {
        String local = command.replace(
                        "/openbao/bootstrap", ROOT.resolve("deploy/openbao").toString())
                .replaceFirst("^bao ", "\"\\$BAO\" ");
        return LocalVault.run(
                Map.of(
                        "BAO", LocalVault.programPath(),
                        "BAO_ADDR", address(),
                        "VAULT_ADDR", address(),
                        "BAO_TOKEN", withToken,
                        "VAULT_TOKEN", withToken,
                        "HOME", home.toString()),
                List.of("sh", "-c", local));
    }

    /** As {@code docker compose up} does; {@code --wait} waits for the health check, which a sealed server passes. */
    private void start() throws IOException {
        Files.createDirectories(home.resolve("data"));
        String config = read("deploy/openbao/openbao.hcl")
                .replace("/openbao/file", home.resolve("data").toString())
                .replace("0.0.0.0:8200", "127.0.0.1:" + port)
                .replace("127.0.0.1:8201", "127.0.0.1:" + Ports.free());
        Path file = Files.writeString(home.resolve("openbao.hcl"), config);
        ProcessBuilder builder = new ProcessBuilder(LocalVault.programPath(), "server", "-config=" + file);
        builder.environment().putAll(Map.of("HOME", home.toString(), "VAULT_DISABLE_MLOCK", "1"));
        builder.redirectErrorStream(true).redirectOutput(home.resolve("log").toFile());
        server = builder.start();
        Awaitility.await("OpenBao").atMost(Duration.ofSeconds(30)).until(this::answers);
    }

    private boolean answers() throws IOException {
        if (!Objects.requireNonNull(server).isAlive()) {
            throw new IllegalStateException(Files.readString(home.resolve("log"), StandardCharsets.UTF_8));
        }
        return status("/v1/sys/seal-status", "") == 200;
    }

    /** The status of the response to a request with the token; 0 without a response. */
    public int status(String path, String bearer) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address() + path))
                .timeout(Duration.ofSeconds(10))
                .header("X-Vault-Token", bearer)
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException notYet) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether the server accepts requests, which means that it has a leader. */
    public boolean isUnsealed() {
        return status("/v1/sys/health", "") == 200;
    }

    /** The last token that was typed. */
    public String typedToken() {
        return tokenAtHand;
    }

    @Override
    public void close() {
        if (server == null) {
            return;
        }
        server.destroy();
        try {
            if (!server.waitFor(10, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
        } catch (InterruptedException e) {
            server.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
