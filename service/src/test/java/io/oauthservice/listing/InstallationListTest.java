package io.oauthservice.listing;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The list that dashboards poll, and one installation in detail. */
class InstallationListTest extends ServiceTestBase {

    private static final String LIST = "/oauth/installations";

    private List<String> ids(String query) {
        return idsOf(service.get(LIST + "?" + query));
    }

    private static List<String> idsOf(Answer page) {
        assertThat(page.status()).as(page.text("detail")).isEqualTo(200);
        return assertThat(page.body().get("installations"))
                .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
                .actual()
                .stream()
                .map(installation -> String.valueOf(installation.get("id")))
                .toList();
    }

    @Test
    void withoutAStatusTheListShowsActiveInstallations() {
        String active = rows.insert("github", "1", "one", "active");
        String revoked = rows.insert("github", "2", "two", "revoked");
        String broken = rows.insert("jira", "3", "three", "needs_reconnect");

        assertThat(ids("")).containsExactly(active);
        assertThat(ids("status=")).containsExactly(active);
        assertThat(ids("status=all")).containsExactly(broken, revoked, active);
        assertThat(ids("status=revoked,needs_reconnect")).containsExactly(broken, revoked);
        assertThat(ids("status=suspended")).isEmpty();
    }

    @Test
    void theListIsFilteredByPlatformOrganisationAndPartOfAName() {
        String acme = rows.insert("github", "1", "Acme Rockets", "active");
        String globex = rows.insert("slack", "2", "Globex 100%", "active");

        assertThat(ids("platform=github")).containsExactly(acme);
        assertThat(ids("platform=nothing")).isEmpty();
        assertThat(ids("org_id=2")).containsExactly(globex);
        assertThat(ids("q=ROCK")).containsExactly(acme);
        assertThat(idsOf(service.get(URI.create(base + LIST + "?q=%25"))))
                .as("no pattern")
                .containsExactly(globex);
        assertThat(ids("q=e&platform=slack&org_id=2")).containsExactly(globex);
        assertThat(ids("q=nobody")).isEmpty();
    }

    @Test
    void sevenRowsComeInThreePagesNewestFirst() {
        List<String> made = IntStream.range(0, 7)
                .mapToObj(i -> rows.insert("github", "org-" + i, "org " + i, "active"))
                .toList();
        // Created at the same moment: only the id decides their order.
        rows.change(
                "UPDATE oauth_installations SET created_at = '2026-01-01T00:00:00.123456Z' WHERE external_org_id < 'org-4'",
                Map.of());

        List<List<String>> pages = new ArrayList<>();
        Object cursor = "";
        while (cursor != null) {
            Answer page = service.get(LIST + "?limit=3" + (cursor.equals("") ? "" : "&cursor=" + cursor));
            pages.add(idsOf(page));
            cursor = page.body().get("next_cursor");
        }

        assertThat(pages).extracting(List::size).containsExactly(3, 3, 1);
        assertThat(pages.getFirst()).containsExactly(made.get(6), made.get(5), made.get(4));
        assertThat(pages.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(made);
    }

    @Test
    void aFullLastPageHasNoNextCursor() {
        IntStream.range(0, 3).forEach(i -> rows.insert("github", "org-" + i, "org " + i, "active"));

        assertThat(service.get(LIST + "?limit=3").body()).containsEntry("next_cursor", null);
    }

    @ParameterizedTest
    @CsvSource({
        "status=working,                                                    status",
        "'status=active,',                                                  status",
        "status=ACTIVE,                                                     status",
        "limit=0,                                                           limit",
        "limit=501,                                                         limit",
        "limit=many,                                                        limit",
        "cursor=,                                                           cursor",
        "cursor=zzz,                                                        cursor",
        "cursor=1_2,                                                        cursor",
        "cursor=-1_00000000-0000-0000-0000-000000000000,                    cursor",
        "cursor=-9223372036854775808_00000000-0000-0000-0000-000000000000,  cursor",
        "cursor=9223372036854775807_00000000-0000-0000-0000-000000000000,   cursor",
        "org_id=,                                                           org_id",
        "org_id=%20,                                                        org_id",
        "platform=,                                                         platform",
        "organisation=1,                                                    organisation",
        "platform=github&platform=slack,                                    platform"
    })
    void aBadParameterIsNamed(String query, String field) {
        Answer answer = service.get(URI.create(base + LIST + "?" + query));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("errors")).contains("field=" + field);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 500})
    void theLimitIsBetweenOneAndFiveHundred(int limit) {
        assertThat(service.get(LIST + "?limit=" + limit).status()).isEqualTo(200);
    }

    @Test
    void aPollerGetsNotModifiedUntilSomethingChanges() {
        String id = rows.insert("github", "1", "one", "active");
        String etag = String.valueOf(service.get(LIST).headers().getETag());

        Answer same = service.get(LIST, "If-None-Match", etag);
        rows.change("UPDATE oauth_installation_orgs SET name = 'two'", Map.of());
        Answer changed = service.get(LIST, "If-None-Match", etag);

        assertThat(same.status()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(idsOf(changed)).containsExactly(id);
        assertThat(changed.headers().getETag()).isNotEqualTo(etag);
        assertThat(changed.headers().getCacheControl())
                .as("a client's cache may store it, and has to ask each time")
                .isEqualTo("no-cache, private");
        assertThat(changed.headers().getVary()).contains("Authorization");
    }

    @Test
    void anInstallationIsFoundByItsIdInEveryStatus() {
        String id = rows.insert("github", "1", "one", "revoked");

        Answer one = service.get(LIST + "/" + id);

        assertThat(one.status()).isEqualTo(200);
        assertThat(one.body()).containsEntry("status", "revoked").containsEntry("external_org_name", "one");
        assertThat(one.text("revoked_at")).isNotEqualTo("null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"00000000-0000-4000-8000-000000000000", "1", "github", "zzzzzzzz-0000-4000-8000-000000000000"})
    void anUnknownIdIsNotFound(String id) {
        Answer answer = service.get(LIST + "/" + id);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.problem()).isEqualTo("unknown-installation");
    }

    @Test
    void anInstallationIsShownWithoutItsTokens() {
        String id = connect(ACME);
        String token = service.token(ACME).text("access_token");

        Answer one = service.get(LIST + "/" + id);
        Answer list = service.get(LIST);

        assertThat(one.body())
                .containsOnlyKeys(
                        "id",
                        "platform",
                        "status",
                        "status_reason",
                        "external_org_id",
                        "external_org_name",
                        "external_install_id",
                        "external_user_id",
                        "orgs",
                        "scopes",
                        "missing_scopes",
                        "permissions",
                        "metadata",
                        "labels",
                        "installed_by",
                        "token_expires_at",
                        "token_version",
                        "reconnect_by",
                        "last_used_at",
                        "last_used_by",
                        "created_at",
                        "updated_at",
                        "revoked_at")
                .containsEntry("installed_by", "dev-dana (55)")
                .containsEntry("external_org_id", ACME);
        assertThat(one.body() + "" + list.body())
                .doesNotContain(token)
                .doesNotContain("ghs_", "tink:", "encrypted", rows.column(id, "token_fingerprint"));
    }
}
