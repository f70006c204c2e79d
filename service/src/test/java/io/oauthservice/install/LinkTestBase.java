package io.oauthservice.install;

import io.oauthservice.ResetExtension;
import io.oauthservice.Rows;
import io.oauthservice.Service;
import io.oauthservice.local.ServiceTest;
import io.oauthservice.sandbox.Sandbox;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Flows are closed: people connect by links. All such tests share one context. */
@ServiceTest(
        properties = {
            "oauth.install.open=false",
            "oauth.install.return-origins=" + LinkTestBase.PRODUCT,
            "oauth.provider-guard.time-limit=5s",
            // The keys are acme-only-key and lister-key.
            "oauth.access.clients.acme-only.key-sha256=5d180411a481a910b6e2b8a545f903bb6f59b21ca4c6ad5df488cd013e4f25a5",
            "oauth.access.clients.acme-only.permissions=tokens:read,installations:read,installations:write",
            "oauth.access.clients.acme-only.organisations=9001,11111111-aaaa-4bbb-8ccc-000000000002",
            "oauth.access.clients.lister.key-sha256=eca92fa5e69858e6311b759eb2cabd3d54ce1d4933e7614a7c0f7708ecd5d531",
            "oauth.access.clients.lister.permissions=installations:read"
        })
@ExtendWith(ResetExtension.class)
abstract class LinkTestBase {

    /** The origin of another team's product. */
    static final String PRODUCT = "http://product.localhost";

    static final String LINKS = "/oauth/install-links";

    @Autowired
    WebTestClient http;

    @Autowired
    Sandbox sandbox;

    @Autowired
    private DatabaseClient database;

    Service service;
    Rows rows;

    @BeforeEach
    void deleteLinks() {
        service = new Service(http);
        rows = new Rows(database);
        rows.change("DELETE FROM oauth_install_links", Map.of());
        rows.change("DELETE FROM oauth_refused_grants", Map.of());
    }
}
