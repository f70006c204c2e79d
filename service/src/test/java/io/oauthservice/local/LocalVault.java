package io.oauthservice.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real server of OpenBao or HashiCorp Vault as a process on 127.0.0.1, all in memory: the program that
 * {@code VAULT_BINARY} names, else {@code bao} or {@code vault} on the path. See {@link NeedsVault}.
 */
public final class LocalVault implements AutoCloseable {

    public static final String ROOT = "root";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern UNSEAL_KEY = Pattern.compile("Unseal Key: (\\S+)");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final Process process;
    private final String address;
    private final Path home;

    private LocalVault(Process process, String address, Path home) {
        this.process = process;
        this.address = address;
        this.home = home;
    }

    private static final class Holder {
        static final LocalVault ONE = start();
    }

    /** One for the whole run. A test that seals or stops a server starts its own. */
    public static LocalVault get() {
        return Holder.ONE;
    }

    /** Whether such a program is installed. */
    public static boolean isThere() {
        return program().isPresent();
    }

    private static Optional<Path> program() {
        String named = System.getenv("VAULT_BINARY");
        if (named != null && !named.isEmpty()) {
            return Optional.of(Path.of(named));
        }
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .flatMap(directory -> Stream.of("bao", "vault").map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts a server and waits until it is ready. It ends with this process at the latest. */
    public static LocalVault start() {
        return start(false);
    }

    /** The same with a certificate of {@link #authority()}. */
    public static LocalVault startWithTls() {
        return start(true);
    }

    private static LocalVault start(boolean tls) {
        try {
            Path home = Files.createTempDirectory("oauth-service-vault");
            String listen = "127.0.0.1:" + Ports.free();
            ProcessBuilder server = new ProcessBuilder(
                    program().orElseThrow().toString(),
                    "server",
                    "-dev",
                    "-dev-no-store-token",
                    "-dev-root-token-id=" + ROOT,
                    "-dev-listen-address=" + listen);
            if (tls) {
                server.command().addAll(List.of("-dev-tls", "-dev-tls-cert-dir=" + home));
            }
            server.environment().putAll(Map.of("HOME", home.toString(), "VAULT_DISABLE_MLOCK", "1"));
            server.redirectErrorStream(true).redirectOutput(home.resolve("log").toFile());
            LocalVault vault = new LocalVault(server.start(), (tls ? "https://" : "http://") + listen, home);
            Runtime.getRuntime().addShutdownHook(new Thread(vault::close, "local-vault"));
            Awaitility.await("the key service").atMost(PATIENCE).until(vault::isOpen);
            return vault;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isOpen() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException(Files.readString(home.resolve("log")));
        }
        try {
            return call("GET", "sys/health", Map.of(), "").statusCode() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    /** The PEM file of the authority that signed its certificate. */
    public Path authority() {
        return home.resolve("vault-ca.pem");
    }

    private HttpClient http() {
        HttpClient.Builder client = HttpClient.newBuilder();
        if (Files.exists(authority())) {
            client.sslContext(trusting(authority()));
        }
        return client.build();
    }

    private static SSLContext trusting(Path authority) {
        try (InputStream pem = Files.newInputStream(authority)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public String address() {
        return address;
    }

    /** The port, for a {@link TcpProxy}. */
    public int port() {
        return URI.create(address).getPort();
    }

    /** The server's directory, for files of a test. */
    public Path home() {
        return home;
    }

    /** Creates a transit engine. Returns its mount. */
    public String newEngine() {
        String mount = "transit-" + NAMES.incrementAndGet();
        post("sys/mounts/" + mount, Map.of("type", "transit"));
        return mount;
    }

    /** Creates a transit engine with a derived key. Returns its mount. */
    public String newEngine(String key) {
        String mount = newEngine();
        post(mount + "/keys/" + key, Map.of("type", "aes256-gcm96", "derived", true));
        return mount;
    }

    /** Sends a request as root. Fails on any status but success. */
    public JsonNode post(String path, Map<String, ?> body) {
        HttpResponse<String> answer = call("POST", path, body, ROOT);
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
    }

    /** Sends a request as root. Fails on any status but success. */
    public JsonNode get(String path) {
        HttpResponse<String> answer = call("GET", path, Map.of(), ROOT);
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    /** Creates or replaces the policy. */
    public void policy(String name, String hcl) {
        post("sys/policies/acl/" + name, Map.of("policy", hcl));
    }

    /** Seals the server: it rejects all requests until it is unsealed. Its data in memory are kept. */
    public void seal() {
        call("PUT", "sys/seal", Map.of(), ROOT);
        Awaitility.await().atMost(PATIENCE).until(() -> !isOpen());
    }

    public void unseal() {
        try {
            Matcher key = UNSEAL_KEY.matcher(Files.readString(home.resolve("log")));
            if (!key.find()) {
                throw new IllegalStateException("no unseal key in the log");
            }
            call("PUT", "sys/unseal", Map.of("key", key.group(1)), "");
            Awaitility.await().atMost(PATIENCE).until(this::isOpen);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a program with this server's address and root token in its environment. Returns its output. */
    public String run(Map<String, String> environment, String... command) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.put("BAO", programPath());
        for (String prefix : List.of("VAULT_", "BAO_")) {
            all.put(prefix + "ADDR", address);
            all.put(prefix + "TOKEN", ROOT);
        }
        all.put("HOME", home.toString());
        return run(all, List.of(command));
    }

    /** Runs a program and waits until it ends. Returns its output. */
    static String run(Map<String, String> environment, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Process program = builder.start();
            String printed = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (program.waitFor() != 0) {
                throw new IllegalStateException(printed);
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The program of {@link #isThere()}. */
    static String programPath() {
        return program().orElseThrow().toString();
    }

    private HttpResponse<String> call(String method, String path, Map<String, ?> body, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + "/v1/" + path))
                .timeout(Duration.ofSeconds(10))
                .method(
                        method,
                        body.isEmpty()
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString(JSON.writeValueAsString(body)));
        if (!token.isEmpty()) {
            request.header("X-Vault-Token", token);
        }
        try (HttpClient http = http()) {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
