package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.AtlassianControl;
import io.oauthservice.Browser;
import io.oauthservice.ResetExtension;
import io.oauthservice.Rows;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.Sites;
import io.oauthservice.local.ServiceTest;
import io.oauthservice.sandbox.Sandbox;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Every operation on one grant of two sites, by callers that may see both, one or none of them. */
@ServiceTest(
        properties = {
            "oauth.tokens.cache-size=0",
            // Each key is the client's name and -key.
            "oauth.access.clients.both.key-sha256=43b177cef1898ab7293e8c96f167bc4485a8496641426233e44deff4cbe42f10",
            "oauth.access.clients.both.permissions=*",
            "oauth.access.clients.both.organisations=" + ObjectPolicyTest.FIRST + "," + ObjectPolicyTest.SECOND,
            "oauth.access.clients.second.key-sha256=f397f260a275cc4d42e7965c556167bf3f068aed491d35a8f5b38c8c2db96bb0",
            "oauth.access.clients.second.permissions=*",
            "oauth.access.clients.second.organisations=" + ObjectPolicyTest.SECOND,
            "oauth.access.clients.shared.key-sha256=e6600d79142aedd819d29b51cf363540e79c7b54e3f42c0d38cd8807b0cfa1d1",
            "oauth.access.clients.shared.permissions=*",
            "oauth.access.clients.shared.organisations=" + ObjectPolicyTest.SECOND,
            "oauth.access.clients.shared.allow-shared-grants=true",
            "oauth.access.clients.other.key-sha256=580843d03d2216ff1a275d0991bad66e4d1af871171d929e9de604b7959f9bca",
            "oauth.access.clients.other.permissions=*",
            "oauth.access.clients.other.organisations=4711"
        })
@ExtendWith(ResetExtension.class)
class ObjectPolicyTest {

    static final String FIRST = Sites.ACME;
    static final String SECOND = "11111111-aaaa-4bbb-8ccc-000000000002";
    private static final String EVERYBODY = "local-dev";
    private static final String FINGERPRINT = "sha256:00000000000000000000000000000000";

    @Autowired
    private Sandbox sandbox;

    @Autowired
    private WebTestClient http;

    @Autowired
    private DatabaseClient database;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    private String id;

    @BeforeEach
    void connectTwoSites() {
        new AtlassianControl(sandbox).setAccountLevel(true);
        new Browser().open(base + "/oauth/install/jira").press("approve");
        id = as(EVERYBODY).get("/oauth/token/jira?org_id=" + FIRST).text("installation_id");
    }

    private Service as(String caller) {
        return new Service(http, caller + "-key");
    }

    @ParameterizedTest
    @CsvSource({
        // caller, token of the first site, of the second, by installation, report, one installation, listed, DELETE
        "local-dev, 200, 200, 200, 200, 200, 1, 204",
        "both,      200, 200, 200, 200, 200, 1, 204",
        "second,    403, 403, 403, 403, 200, 1, 403",
        "shared,    403, 200, 200, 200, 200, 1, 204",
        "other,     403, 403, 403, 403, 404, 0, 404"
    })
    void onePolicyDecidesAboutReadingListingAndRevoking(
            String caller, int first, int second, int byInstallation, int report, int one, int listed, int delete) {
        Service service = as(caller);

        assertThat(service.get("/oauth/token/jira?org_id=" + FIRST).status()).isEqualTo(first);
        assertThat(service.get("/oauth/token/jira?org_name=acme").status()).isEqualTo(first);
        assertThat(service.get("/oauth/token/jira?org_id=" + SECOND).status()).isEqualTo(second);
        assertThat(service.get("/oauth/token/jira?org_name=acme-sandbox").status())
                .isEqualTo(second);
        assertThat(service.get("/oauth/token/jira?installation_id=" + id).status())
                .isEqualTo(byInstallation);
        assertThat(report(service).status()).isEqualTo(report);
        assertThat(service.get("/oauth/installations/" + id).status()).isEqualTo(one);
        assertThat(service.installations()).hasSize(listed);
        assertThat(service.delete("/oauth/installations/" + id).status()).isEqualTo(delete);
        assertThat(as(EVERYBODY).get("/oauth/token/jira?org_id=" + FIRST).status())
                .as("the first site's callers")
                .isEqualTo(delete == 204 ? 404 : 200);
    }

    private static Answer report(Service service) {
        return service.post(
                "/oauth/token/jira/failures",
                "{\"org_id\":\"" + SECOND + "\",\"fingerprint\":\"" + FINGERPRINT + "\"}");
    }

    @ParameterizedTest
    @CsvSource({"local-dev, true", "both, false", "second, false", "shared, false", "other, false"})
    void operationsOnAllOrganisationsRequireAnUnlimitedCaller(String caller, boolean allowed) {
        Service service = as(caller);
        List<Answer> answers = List.of(
                service.post("/oauth/operations/rewrap"),
                service.get("/oauth/operations/rewrap"),
                service.post("/oauth/operations/replay", "{\"from\":\"2026-01-01T00:00:00Z\"}"),
                service.post("/oauth/operations/release", "{\"installation_id\":\"" + id + "\"}"));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isIn(allowed ? List.of(200, 202) : List.of(403));
        });
    }

    @Test
    void aCallerOfOneOrganisationDoesNotSeeTheOthers() {
        Answer one = as("second").get("/oauth/installations/" + id);
        Answer list = as("second").get("/oauth/installations?status=all");

        assertThat(one.body())
                .containsEntry("external_org_id", SECOND)
                .containsEntry("external_org_name", "acme-sandbox")
                .containsEntry("external_install_id", null)
                .containsEntry("metadata", Map.of());
        assertThat(one.body().get("orgs"))
                .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
                .extracting(org -> org.get("id"))
                .containsExactly(SECOND);
        assertThat(one.body() + "" + list.body()).doesNotContain(FIRST, "acme.", "=acme,", "sites");
        assertThat(as("second").get("/oauth/installations?org_id=" + FIRST).body())
                .as("found by an organisation that it may not see")
                .containsEntry("installations", List.of());
    }

    @Test
    void aCallerOfTheWholeGrantSeesAllOfIt() {
        for (String caller : List.of(EVERYBODY, "both", "shared")) {
            Answer one = as(caller).get("/oauth/installations/" + id);

            assertThat(one.body().get("orgs"))
                    .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
                    .hasSize(2);
            assertThat(one.body()).containsEntry("metadata", Map.of("sites", 2));
        }
    }

    @Test
    void aCallerOfTheSecondOrganisationGetsItByInstallation() {
        assertThat(as("shared").get("/oauth/token/jira?installation_id=" + id).text("org_id"))
                .isEqualTo(SECOND);
    }

    @Test
    void aMissingConnectionOfAnOwnOrganisationIsReported() {
        assertThat(as("other").get("/oauth/token/jira?org_id=4711").problem()).isEqualTo("not-connected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"org_id", "org_name"})
    void aForeignNameGetsTheSameResponseAsAnUnknownName(String parameter) {
        Rows rows = new Rows(database);
        rows.insert("github", "9001", "twice", "active");
        rows.insert("github", "9002", "twice", "active");
        rows.insert("github", "9003", "once", "active");
        String path = "/oauth/token/github?" + parameter + "=";

        Answer nobodys = as("other").get(path + "nobody");

        assertThat(as("other").get(path + "twice").body()).isEqualTo(nobodys.body());
        assertThat(as("other").get(path + "once").body()).isEqualTo(nobodys.body());
        assertThat(as(EVERYBODY).get(path + "twice").problem()).isEqualTo("ambiguous-organisation");
    }
}
