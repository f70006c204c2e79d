package io.oauthservice.listing;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.events.InstallationLabelsChanged;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;

/** Callers label installations, and find them by their labels. */
class LabelsTest extends ServiceTestBase {

    private static final String LIST = "/oauth/installations";

    private Answer patch(String id, String json) {
        return patch(service, id, json);
    }

    private static Answer patch(Service service, String id, String json) {
        return service.patch(LIST + "/" + id, MediaType.APPLICATION_JSON, json);
    }

    private List<String> ids(String query) {
        Answer page = service.get(URI.create(base + LIST + "?" + query));
        assertThat(page.status()).as(page.text("detail")).isEqualTo(200);
        return assertThat(page.body().get("installations"))
                .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
                .actual()
                .stream()
                .map(installation -> String.valueOf(installation.get("id")))
                .toList();
    }

    private static Object labels(Answer answer) {
        assertThat(answer.status()).as(answer.text("detail")).isEqualTo(200);
        return Objects.requireNonNull(answer.body().get("labels"));
    }

    @Test
    void aPatchMergesPerKey() {
        String id = rows.insert("github", "1", "one", "active");

        assertThat(labels(patch(id, "{\"labels\":{\"team\":\"search\",\"tier\":\"1\"}}")))
                .isEqualTo(Map.of("team", "search", "tier", "1"));
        assertThat(labels(service.patch(
                        LIST + "/" + id,
                        MediaType.valueOf("application/merge-patch+json"),
                        "{\"labels\":{\"tier\":null,\"owner\":\"a@b.example/c\",\"none\":null}}")))
                .isEqualTo(Map.of("team", "search", "owner", "a@b.example/c"));
        assertThat(labels(service.get(LIST + "/" + id))).isEqualTo(Map.of("team", "search", "owner", "a@b.example/c"));
    }

    @Test
    void aChangeIsAnEventAndRaisesTheSequenceOnly() {
        String id = connect(ACME);
        String version = rows.column(id, "token_version");

        patch(id, "{\"labels\":{\"team\":\"search\"}}");
        patch(id, "{\"labels\":{\"team\":\"search\",\"none\":null}}");
        service.delete(LIST + "/" + id);

        assertThat(version).isEqualTo("1");
        assertThat(rows.column(id, "sequence")).isEqualTo("3");
        assertThat(rows.column(id, "token_version")).isEqualTo("2");
        try (KafkaEvents events = new KafkaEvents(kafka, id)) {
            List<Received> received = events.await(3);
            assertThat(received)
                    .extracting(each -> each.event().labels())
                    .containsExactly(Map.of(), Map.of("team", "search"), Map.of("team", "search"));
            assertThat(received.get(1).event()).isInstanceOf(InstallationLabelsChanged.class);
        }
    }

    @Test
    void anInstallationWithoutAnEventHasNone() {
        String id = rows.insert("github", "1", "one", "unclaimed");

        assertThat(labels(patch(id, "{\"labels\":{\"team\":\"search\"}}"))).isEqualTo(Map.of("team", "search"));

        assertThat(rows.column(id, "sequence")).isEqualTo("0");
        assertThat(rows.value("SELECT count(*) FROM oauth_outbox WHERE installation_id = :id::uuid", Map.of("id", id)))
                .isEqualTo("0");
    }

    @Test
    void aReconnectKeepsTheLabels() {
        String id = connect(ACME);
        patch(id, "{\"labels\":{\"team\":\"search\"}}");

        connect(ACME);
        assertThat(labels(service.get(LIST + "/" + id))).isEqualTo(Map.of("team", "search"));
        service.delete(LIST + "/" + id);
        // Until then GitHub may show the installation.
        Awaitility.await()
                .until(() -> rows.value("SELECT count(*) FROM oauth_revocations", Map.of())
                        .equals("0"));
        connect(ACME);

        assertThat(labels(service.get(LIST + "/" + id))).isEqualTo(Map.of("team", "search"));
    }

    @Test
    void writersOfDifferentLabelsDoNotConflict() {
        String id = rows.insert("github", "1", "one", "active");

        List<Integer> statuses = IntStream.range(0, 16)
                .parallel()
                .map(n -> patch(id, "{\"labels\":{\"k" + n + "\":\"v" + n + "\"}}")
                        .status())
                .boxed()
                .toList();

        assertThat(statuses).containsOnly(200);
        assertThat((Map<?, ?>) labels(service.get(LIST + "/" + id))).hasSize(16);
        Answer seventeenth = patch(id, "{\"labels\":{\"another\":\"1\"}}");
        assertThat(seventeenth.status()).isEqualTo(400);
        assertThat(seventeenth.text("detail")).contains("at most 16");
        assertThat(labels(patch(id, "{\"labels\":{\"another\":\"1\",\"k3\":null}}")))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .hasSize(16)
                .containsKey("another");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"labels\":{\"Team\":\"search\"}}          | labels.Team",
                "{\"labels\":{\"1st\":\"search\"}}           | labels.1st",
                "{\"labels\":{\"team\":\"a b\"}}             | labels.team",
                "{\"labels\":{\"team\":\"<script>\"}}        | labels.team",
                "{\"labels\":{\"team\":\"\"}}                | labels.team",
                "{\"labels\":{\"team\":7}}                   | labels.team",
                "{\"labels\":{\"team\":true}}                | labels.team",
                "{\"labels\":{\"team\":{}}}                  | labels.team",
                "{\"labels\":{\"\u0007é\":\"x\"}}            | labels.??",
                "{\"labels\":[]}                             | labels",
                "{\"labels\":null}                           | labels",
                "{}                                          | labels",
                "{\"labels\":{},\"status\":\"active\"}       | status"
            })
    void aBadLabelIsNamed(String json, String field) {
        String id = rows.insert("github", "1", "one", "active");

        Answer answer = patch(id, json.replace("\u0007", "\\u0007"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("errors")).containsPattern("field=" + Pattern.quote(field) + "[,}]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"labels\":{\"team\":\"search\"},\"labels\":{\"team\":\"ads\"}}",
                "{\"labels\":{\"team\":\"search\",\"team\":\"ads\"}}"
            })
    void aRepeatedFieldIsRejected(String json) {
        String id = rows.insert("github", "1", "one", "active");

        Answer answer = patch(id, json);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("detail")).contains("each field once");
    }

    @Test
    void longNamesValuesAndPatchesAreRejected() {
        String id = rows.insert("github", "1", "one", "active");
        String longest = "a".repeat(63);

        assertThat(patch(id, "{\"labels\":{\"" + longest + "\":\"" + longest + "\"}}")
                        .status())
                .isEqualTo(200);
        assertThat(patch(id, "{\"labels\":{\"" + longest + "a\":\"1\"}}").status())
                .isEqualTo(400);
        assertThat(patch(id, "{\"labels\":{\"a\":\"" + longest + "a\"}}").status())
                .isEqualTo(400);
        String many =
                IntStream.range(0, 17).mapToObj(n -> "\"k" + n + "\":\"1\"").collect(Collectors.joining(","));
        assertThat(patch(id, "{\"labels\":{" + many + "}}").status()).isEqualTo(400);
    }

    @Test
    void otherMediaTypesAndCallersAreRejected() {
        String acme = rows.insert("github", "9001", "acme", "active");
        String globex = rows.insert("github", "9002", "globex", "active");
        String patch = "{\"labels\":{\"team\":\"search\"}}";
        Service acmeOnly = new Service(http, "acme-only-key");

        assertThat(service.patch(LIST + "/" + acme, MediaType.TEXT_PLAIN, patch).status())
                .isEqualTo(415);
        assertThat(patch(new Service(http, "lister-key"), acme, patch).status()).isEqualTo(403);
        assertThat(patch(acmeOnly, acme, patch).status()).isEqualTo(200);
        assertThat(patch(acmeOnly, globex, patch).problem()).isEqualTo("unknown-installation");
        assertThat(patch("nothing", patch).problem()).isEqualTo("unknown-installation");
    }

    @Test
    void theListIsFilteredByLabels() {
        String both = rows.insert("github", "1", "Acme Rockets", "active");
        String search = rows.insert("slack", "2", "Globex", "active");
        String revoked = rows.insert("github", "3", "Acme Labs", "revoked");
        rows.insert("github", "4", "Acme Other", "active");
        patch(both, "{\"labels\":{\"team\":\"search\",\"tier\":\"1\"}}");
        patch(search, "{\"labels\":{\"team\":\"search\"}}");
        patch(revoked, "{\"labels\":{\"team\":\"ads\"}}");

        assertThat(ids("label=team:search")).containsExactly(search, both);
        assertThat(ids("label=team")).containsExactly(search, both);
        assertThat(ids("label=team&status=all")).containsExactly(revoked, search, both);
        assertThat(ids("label=team:search&label=tier")).containsExactly(both);
        assertThat(ids("label=team:search&label=tier:1")).containsExactly(both);
        assertThat(ids("label=team:search&label=team:ads&status=all")).isEmpty();
        assertThat(ids("label=team:searc")).isEmpty();
        assertThat(ids("label=search")).isEmpty();
        assertThat(ids("label=team&platform=slack")).containsExactly(search);
        assertThat(ids("label=team&org_id=1")).containsExactly(both);
        assertThat(ids("label=team&org_id=4")).isEmpty();
        assertThat(ids("label=team&q=acme")).containsExactly(both);
        assertThat(ids("label=team&q=acme&status=all")).containsExactly(revoked, both);
    }

    @Test
    void aLabelledListIsReadInPages() {
        List<String> made = IntStream.range(0, 7)
                .mapToObj(n -> rows.insert("github", "org-" + n, "org " + n, "active"))
                .toList();
        made.forEach(id -> patch(id, "{\"labels\":{\"team\":\"search\"}}"));

        Answer first = service.get(LIST + "?label=team&limit=3");
        String cursor = first.text("next_cursor");

        assertThat(ids("label=team&limit=3")).containsExactly(made.get(6), made.get(5), made.get(4));
        assertThat(ids("label=team&limit=3&cursor=" + cursor)).containsExactly(made.get(3), made.get(2), made.get(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"label=", "label", "label=Team", "label=team:", "label=team:a%20b", "label=team,tier", "label=:x"
            })
    void aBadFilterIsRejected(String query) {
        Answer answer = service.get(URI.create(base + LIST + "?" + query));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("errors")).containsPattern("field=label[,}]");
    }
}
