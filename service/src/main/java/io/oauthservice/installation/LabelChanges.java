package io.oauthservice.installation;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Changes the labels of installations. Two callers that change different labels at the same time do not conflict. */
@Component
public class LabelChanges {

    private static final Logger log = LoggerFactory.getLogger(LabelChanges.class);

    private static final String MERGED = "jsonb_strip_nulls(i.labels || :patch)";

    /** An installation with sequence 0 has had no event, and gets none: consumers do not know it. */
    private static final String MERGE = """
            UPDATE oauth_installations i
            SET labels = %1$s, updated_at = clock_timestamp(),
                sequence = sequence + CASE WHEN sequence = 0 THEN 0 ELSE 1 END
            WHERE i.id = :id AND i.labels <> %1$s AND (SELECT count(*) FROM jsonb_object_keys(%1$s)) <= %2$d
            RETURNING %3$s
            """.formatted(MERGED, Labels.MOST, InstallationRows.COLUMNS);

    private static final String ADD = """
            UPDATE oauth_installations i SET labels = i.labels || :labels
            WHERE i.id = :id AND (SELECT count(*) FROM jsonb_object_keys(i.labels || :labels)) <= %d
            """.formatted(Labels.MOST);

    private static final int ATTEMPTS = 5;

    private final DatabaseClient database;
    private final InstallationRows rows;
    private final ChangeRecorder changes;

    LabelChanges(DatabaseClient database, InstallationRows rows, ChangeRecorder changes) {
        this.database = database;
        this.rows = rows;
        this.changes = changes;
    }

    /**
     * Merges a patch into the labels: null removes one. Returns the installation with its labels, also where nothing
     * changes; empty where there is none with this id.
     *
     * @throws InvalidLabelException if it would have more than 16 labels
     */
    public Mono<Installation> merge(InstallationId id, Map<String, @Nullable String> patch) {
        return Mono.defer(() -> change(id, patch))
                .switchIfEmpty(Mono.defer(() -> findUnchanged(id, patch)))
                .retryWhen(Retry.max(ATTEMPTS).filter(ConcurrencyFailureException.class::isInstance));
    }

    private Mono<Installation> change(InstallationId id, Map<String, @Nullable String> patch) {
        Mono<Installation> merged = database.sql(MERGE)
                .bind("id", id.value())
                .bind("patch", rows.json(patch))
                .map(rows::installation)
                .one();
        return changes.inTransaction(merged.flatMap(changed -> changes.appendLabels(
                changed, changed.sequence() == 0 ? null : InstallationEvents.labelsChanged(changed))));
    }

    /** Part of the transaction that connects the installation. Adds none if there would be more than 16. */
    Mono<Void> add(InstallationId id, Map<String, String> labels) {
        return database.sql(ADD)
                .bind("id", id.value())
                .bind("labels", rows.json(labels))
                .fetch()
                .rowsUpdated()
                .doOnNext(updated -> {
                    if (updated == 0) {
                        log.warn("Labels not added, there would be too many: installation={}", id);
                    }
                })
                .then();
    }

    /** Fails where another change has made this one possible meanwhile. */
    private Mono<Installation> findUnchanged(InstallationId id, Map<String, @Nullable String> patch) {
        return rows.find(database, id).doOnNext(found -> {
            Map<String, String> merged = merged(found.labels(), patch);
            Labels.requireAtMost(Labels.MOST, merged.size());
            if (!merged.equals(found.labels())) {
                throw new ConcurrencyFailureException("the labels have changed");
            }
        });
    }

    private static Map<String, String> merged(Map<String, String> labels, Map<String, @Nullable String> patch) {
        Map<String, String> merged = new HashMap<>(labels);
        patch.forEach((key, value) -> {
            if (value == null) {
                merged.remove(key);
            } else {
                merged.put(key, value);
            }
        });
        return merged;
    }
}
