package io.oauthservice.listing;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.ManyInstallations;
import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.local.TestInfrastructure;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A search among more installations than one page may examine: with every query plan, its pages have every match. */
class InstallationSearchTest extends ServiceTestBase {

    private static final int INSTALLATIONS = 3_000;

    /** Frequent, rare and missing texts, some of which no word index finds. */
    private static final List<String> TEXTS = List.of(
            "organ", "ORGANISATION 12", "isation 2999", "77", "9", "zq", "second name 7", "é", "%", "_", "ationorgan");

    @Test
    void thePagesOfASearchHaveEveryMatchOnceNewestFirst() throws SQLException {
        String name = rows.value("SELECT current_database()", Map.of());
        try (Connection connection = TestInfrastructure.get().postgres().connectAsSuperuser(name);
                Statement sql = connection.createStatement()) {
            ManyInstallations.insert(sql, 1, INSTALLATIONS);
            // Every seventh has two organisations, and many were created at the same moment.
            sql.execute("""
                    INSERT INTO oauth_installation_orgs (installation_id, platform, org_id, name)
                    SELECT id, platform, 'second ' || external_install_id, 'Second näme é second name ' || external_install_id
                    FROM oauth_installations WHERE external_install_id::int % 7 = 0
                    """);
            sql.execute("UPDATE oauth_installations SET created_at = date_trunc('minute', created_at)");
        }

        for (String text : TEXTS) {
            assertThat(pagesOf("status=all&limit=150&q=" + encoded(text)))
                    .as(text)
                    .isEqualTo(expected(text, "true"));
            assertThat(pagesOf("platform=slack&limit=40&q=" + encoded(text)))
                    .as(text + " at Slack")
                    .isEqualTo(expected(text, "i.platform = 'slack' AND i.status = 'active'"));
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private List<String> pagesOf(String query) {
        List<String> ids = new ArrayList<>();
        String cursor = "";
        while (!cursor.equals("null")) {
            Answer page = service.get(
                    URI.create(base + "/oauth/installations?" + query + (cursor.isEmpty() ? "" : "&cursor=" + cursor)));
            assertThat(page.status()).isEqualTo(200);
            ((List<?>) Objects.requireNonNull(page.body().get("installations")))
                    .forEach(one -> ids.add(String.valueOf(((Map<?, ?>) one).get("id"))));
            cursor = page.text("next_cursor");
        }
        return ids;
    }

    private List<String> expected(String text, String condition) {
        String found = rows.value("""
                SELECT COALESCE(string_agg(i.id::text, ',' ORDER BY i.created_at DESC, i.id DESC), '')
                FROM oauth_installations i WHERE EXISTS (
                    SELECT FROM oauth_installation_orgs o
                    WHERE o.installation_id = i.id AND strpos(lower(o.name), lower(:text)) > 0) AND
                """ + condition, Map.of("text", text));
        return found.isEmpty() ? List.of() : List.of(found.split(","));
    }
}
