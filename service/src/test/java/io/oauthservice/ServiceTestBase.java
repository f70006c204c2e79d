package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.installation.ChangeNotifications;
import io.oauthservice.installation.InstallationChange.TokenReported;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.local.ServiceTest;
import io.oauthservice.sandbox.Sandbox;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.Disposable;

/**
 * A test of the running service with short time limits. All such tests share one context; each begins with no
 * installation and a reset provider.
 */
@ServiceTest(
        properties = {
            // These tests change rows directly in the database; the caches have tests of their own.
            "oauth.tokens.cache-size=0",
            "oauth.list.cache-size=0",
            "oauth.provider-guard.time-limit=3s",
            "oauth.provider-guard.window=1000",
            "oauth.provider-guard.credentials-check-every=300ms",
            "oauth.refresh.rejections.check-every=300ms",
            "oauth.refresh.sweep.every=300ms",
            "oauth.reconnect.look-every=300ms",
            "oauth.revocations.look-every=200ms",
            "oauth.revocations.first-back-off=1s",
            "oauth.audit.new-within=400ms",
            "oauth.audit.counts-every=1s",
            "oauth.dashboard.prefilled-key=",
            // The keys are nobody-key, github-reader-key, acme-only-key and lister-key.
            "oauth.access.clients.nobody.key-sha256=c1588d684a6632dbac2ebe75275a10f51912c65b5b1741ea22eea65ba66d7697",
            "oauth.access.clients.github-reader.key-sha256=87a3290e78dd75884100e0155c518fc12551ce01c874fc11272c7e5c2857e352",
            "oauth.access.clients.github-reader.permissions=tokens:read:github",
            "oauth.access.clients.acme-only.key-sha256=5d180411a481a910b6e2b8a545f903bb6f59b21ca4c6ad5df488cd013e4f25a5",
            "oauth.access.clients.acme-only.permissions=tokens:read,installations:read,installations:write,audit:read",
            "oauth.access.clients.acme-only.organisations=9001",
            "oauth.access.clients.lister.key-sha256=eca92fa5e69858e6311b759eb2cabd3d54ce1d4933e7614a7c0f7708ecd5d531",
            "oauth.access.clients.lister.permissions=installations:read"
        })
public abstract class ServiceTestBase {

    protected static final String ACME = "9001";
    protected static final String GLOBEX = "9002";

    @Autowired
    protected WebTestClient http;

    @Autowired
    protected DatabaseClient database;

    @Value("${OAUTH_CALLBACK_BASE}")
    protected String base;

    @Value("${KAFKA_BOOTSTRAP_SERVERS}")
    protected String kafka;

    @Autowired
    private Sandbox sandbox;

    @Autowired
    private ChangeNotifications notifications;

    protected Service service;
    protected GitHubControl gitHub;
    protected Rows rows;

    @BeforeEach
    void reset() {
        service = new Service(http);
        gitHub = new GitHubControl(sandbox);
        rows = new Rows(database);
        gitHub.reset();
        rows.clear();
    }

    /**
     * Waits until this replica has received all notifications of changes so far: they evict what is cached meanwhile.
     * PostgreSQL delivers them in the order of the commits.
     */
    protected void awaitNotifications() {
        InstallationId unknown = new InstallationId(UUID.randomUUID());
        CountDownLatch received = new CountDownLatch(1);
        Disposable listener = notifications.listen(change -> {
            if (change instanceof TokenReported reported && reported.id().equals(unknown)) {
                received.countDown();
            }
        });
        try {
            String report = """
                    {"id":"%s","platform":"none","organisations":[],"moved":false,"grant":false,"fingerprint":"none"}
                    """.formatted(unknown);
            rows.change("SELECT pg_notify('oauth_installations', :report)", Map.of("report", report));
            assertThat(received.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            listener.dispose();
        }
    }

    /** Connects the account in a browser. Returns the installation's id. */
    protected String connect(String account) {
        new Browser().connect(base, "github", account);
        return service.token(account).text("installation_id");
    }

    /** The provider's id of the installation. */
    protected String atGitHub(String id) {
        return rows.column(id, "external_install_id");
    }
}
