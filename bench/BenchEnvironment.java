import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.oauthservice.local.LocalKafka;
import io.oauthservice.local.Ports;
import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.SandboxOptions;
import io.oauthservice.sandbox.github.GitHubApp;
import io.oauthservice.sandbox.http.LocalHttpServer;
import io.oauthservice.sandbox.http.Reply;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/**
 * The environment of a benchmark: a PostgreSQL that flushes to the disk as in production, a Kafka broker, the sandbox,
 * and an issuer of JWTs. bench/run starts it from its source with the service's test classpath. Prints one line of JSON
 * with the addresses. Then each line of its input is an SQL statement, answered by one line with the first value, or an
 * organisation that has installed the app: its id and the installation's, separated by a tab. Ends with its input.
 */
class BenchEnvironment {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String DATABASE = "bench";
    private static final String USER = "agent";

    public static void main(String[] args) throws Exception {
        Path work = Path.of(args[0]);
        int servicePort = Integer.parseInt(args[1]);
        int clients = Integer.parseInt(args[2]);
        EmbeddedPostgres postgres = postgres(work.resolve("postgres"));
        LocalKafka kafka = LocalKafka.temporary(Ports.free());
        Sandbox sandbox = Sandbox.start(SandboxOptions.inMemory(URI.create("http://127.0.0.1:" + servicePort)));
        try (LocalHttpServer issuer = LocalHttpServer.bind(0);
                sandbox;
                kafka;
                postgres;
                Connection connection = postgres.getDatabase(USER, DATABASE).getConnection()) {
            Map<String, Object> where = new LinkedHashMap<>();
            where.put("environment", environment(work, postgres, kafka, sandbox));
            where.put("postgres_pid", Integer.parseInt(Files.readAllLines(work.resolve("postgres/postmaster.pid")).getFirst()));
            where.put("app_id", sandbox.app(GitHubApp.class).appId());
            where.put("webhook_secret", sandbox.app(GitHubApp.class).webhookSecret());
            where.put("sandbox", sandbox.baseUrl().toString());
            where.put("issuer", issuer.baseUrl().toString());
            where.put("jwts", jwts(issuer, clients));
            System.out.println(JSON.writeValueAsString(where));
            answer(connection, work);
        }
        System.exit(0);
    }

    private static EmbeddedPostgres postgres(Path data) throws Exception {
        EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setPGStartupWait(Duration.ofSeconds(60))
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "''")
                // The library switches these off.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                // Used by bench/growth only.
                .setServerConfig("shared_preload_libraries", "pg_stat_statements")
                .setServerConfig("max_wal_size", "4GB")
                .start();
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + USER + " LOGIN PASSWORD '" + USER + "'");
            statement.execute("CREATE DATABASE " + DATABASE + " OWNER " + USER);
            statement.execute("GRANT pg_read_all_stats TO " + USER);
            statement.execute("GRANT pg_maintain TO " + USER);
            if (!"on|on".equals(value(statement,
                    "SELECT current_setting('fsync') || '|' || current_setting('synchronous_commit')"))) {
                throw new IllegalStateException("PostgreSQL does not flush to the disk");
            }
        }
        try (Connection connection = postgres.getDatabase("postgres", DATABASE).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE EXTENSION pg_stat_statements");
            statement.execute("GRANT EXECUTE ON FUNCTION pg_stat_statements_reset TO " + USER);
        }
        return postgres;
    }

    /** Environment variables of every replica. */
    private static Map<String, String> environment(
            Path work, EmbeddedPostgres postgres, LocalKafka kafka, Sandbox sandbox) throws Exception {
        GitHubApp app = sandbox.app(GitHubApp.class);
        Path key = Files.writeString(work.resolve("github-app.pem"), app.privateKeyPem());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("POSTGRES_HOST", "127.0.0.1");
        environment.put("POSTGRES_PORT", String.valueOf(postgres.getPort()));
        environment.put("POSTGRES_DB", DATABASE);
        environment.put("POSTGRES_USER", USER);
        environment.put("POSTGRES_PASSWORD", USER);
        environment.put("OAUTH_KEYSET_PATH", work.resolve("keyset.json").toString());
        environment.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrap());
        environment.put("GITHUB_APP_ID", app.appId());
        environment.put("GITHUB_CLIENT_ID", app.clientId());
        environment.put("GITHUB_CLIENT_SECRET", app.clientSecret());
        environment.put("GITHUB_PRIVATE_KEY_PATH", key.toString());
        environment.put("GITHUB_WEB_URL", app.webUrl().toString());
        environment.put("GITHUB_API_URL", app.apiUrl().toString());
        return environment;
    }

    /** Publishes a key, and returns a JWT for each client, signed with it. */
    private static List<String> jwts(LocalHttpServer issuer, int clients) throws Exception {
        RSAKey key = new RSAKeyGenerator(2048).keyID("bench").generate();
        String keys = new JWKSet(key.toPublicJWK()).toString();
        issuer.serve(request -> Reply.json(200, keys));
        List<String> signed = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            Instant now = Instant.now();
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("bench").build(),
                    new JWTClaimsSet.Builder()
                            .issuer(issuer.baseUrl().toString())
                            .audience("oauth-service")
                            .subject("system:serviceaccount:bench:client-" + i)
                            .claim("scope", "tokens:read installations:read")
                            .issueTime(Date.from(now))
                            .expirationTime(Date.from(now.plus(Duration.ofHours(12))))
                            .build());
            jwt.sign(new RSASSASigner(key));
            signed.add(jwt.serialize());
        }
        return signed;
    }

    private static void answer(Connection connection, Path work) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] organisation = line.split("\t", 2);
            if (organisation.length == 2) {
                insert(connection, work, organisation[0], organisation[1]);
                System.out.println(organisation[0]);
            } else {
                try (Statement statement = connection.createStatement()) {
                    System.out.println(value(statement, line));
                }
            }
        }
    }

    /** Inserts an installation with an expired token, encrypted as the service does it. */
    private static void insert(Connection connection, Path work, String org, String installation) throws Exception {
        UUID id = UUID.randomUUID();
        try (var row = connection.prepareStatement("""
                        WITH made AS (
                            INSERT INTO oauth_installations (id, platform, grant_key, status, external_org_id,
                                external_org_name, external_install_id, access_token_encrypted, token_issued_at,
                                token_expires_at, token_version)
                            VALUES (?, 'github', 'inst:' || ?, 'active', ?, 'org-' || ?, ?, ?,
                                now() - interval '2 hours', now() - interval '1 hour', 1)
                            RETURNING id, external_org_id, external_org_name)
                        INSERT INTO oauth_installation_orgs (installation_id, platform, org_id, name, is_default)
                        SELECT id, 'github', external_org_id, external_org_name, true FROM made
                        """)) {
            row.setObject(1, id);
            row.setString(2, org);
            row.setString(3, org);
            row.setString(4, org);
            row.setString(5, installation);
            row.setString(6, encrypted(id, work.resolve("keyset.json")));
            row.executeUpdate();
        }
    }

    private static String encrypted(UUID id, Path keyset) throws Exception {
        var tink = AeadConfig2026.get();
        Aead aead = TinkJsonProtoKeysetFormat.parseKeyset(
                        Files.readString(keyset), tink, InsecureSecretKeyAccess.get())
                .getPrimitive(tink, Aead.class);
        byte[] place = ("oauth_installations/access_token_encrypted/" + id).getBytes(StandardCharsets.UTF_8);
        return "tink:v1:" + Base64.getEncoder().encodeToString(aead.encrypt("expired".getBytes(StandardCharsets.UTF_8), place));
    }

    private static String value(Statement statement, String sql) throws Exception {
        if (!statement.execute(sql)) {
            return String.valueOf(statement.getUpdateCount());
        }
        try (ResultSet rows = statement.getResultSet()) {
            return rows.next() ? rows.getString(1) : "";
        }
    }
}
