package io.oauthservice.audit;

import io.oauthservice.database.Sql;
import io.oauthservice.installation.FlowLife;
import io.oauthservice.installation.Installers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Replaces the names of actors by random ones: the entries remain without the person. A name is replaced until no
 * replica can have counts of it in memory.
 */
@Component
public class Erasures {

    /** Counted entries of one actor differ in their key, so those of one batch can have one new name. */
    static final String RENAME = """
            UPDATE oauth_audit SET actor = :replacement WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM oauth_audit WHERE actor = :actor ORDER BY at LIMIT :batch FOR UPDATE SKIP LOCKED))
            """;

    static final String COUNT =
            "SELECT count(*) AS entries FROM (SELECT FROM oauth_audit WHERE actor = :actor LIMIT :limit) e";

    private static final String REQUEST = """
            INSERT INTO oauth_audit_erasures (actor) VALUES (:actor)
            ON CONFLICT (actor) DO UPDATE SET requested_at = clock_timestamp()
            """;

    private static final String PENDING = "SELECT actor FROM oauth_audit_erasures ORDER BY requested_at LIMIT 100";

    private static final String FINISH = """
            DELETE FROM oauth_audit_erasures
            WHERE actor = :actor AND requested_at < statement_timestamp() - make_interval(secs => :seconds)
            """;

    /** An install flow that was started before the request may still complete and record its actor. */
    private static final Duration FLOWS = FlowLife.LONGEST.plusMinutes(5);

    private static final int BATCH = 10_000;
    private static final int INSTALLATIONS = 1_000;
    private static final int MOST_COUNTED = 1_000_000;
    private static final String REPLACEMENT = "erased-";
    private static final List<String> OWN_NAMES =
            List.of(Origin.BROWSER, Origin.SERVICE, Origin.WEBHOOK, Origin.RECONCILIATION);

    private final DatabaseClient database;
    /** Called directly: {@code installation} does not know the audit. */
    private final Installers installers;

    private final List<ActorErasure> others;
    private final double secondsInMemory;

    Erasures(
            DatabaseClient database,
            Installers installers,
            ObjectProvider<ActorErasure> others,
            AuditProperties properties) {
        this.database = database;
        this.installers = installers;
        this.others = others.orderedStream().toList();
        this.secondsInMemory = Math.max(2 * properties.countsEvery().toSeconds(), FLOWS.toSeconds());
    }

    /** Whether the name is that of a caller or a person, and not one of the service's own. */
    public static boolean isErasable(String actor) {
        return !OWN_NAMES.contains(actor) && !actor.startsWith(REPLACEMENT);
    }

    /**
     * Replaces the name everywhere, in the background after the first batch. Returns the number of the actor's entries,
     * counted up to a million.
     */
    public Mono<Long> request(String actor) {
        return database.sql(COUNT)
                .bind("actor", actor)
                .bind("limit", MOST_COUNTED)
                .map(row -> Sql.get(row, "entries", Long.class))
                .one()
                .delayUntil(
                        entries -> database.sql(REQUEST).bind("actor", actor).then())
                .delayUntil(entries -> erase(actor));
    }

    /** Replaces some of each requested name; returns whether there may be more. */
    Mono<Boolean> eraseNext() {
        return database.sql(PENDING)
                .map(row -> Sql.get(row, "actor", String.class))
                .all()
                .collectList()
                .flatMapMany(Flux::fromIterable)
                .concatMap(this::erase)
                .reduce(false, Boolean::logicalOr);
    }

    private Mono<Boolean> erase(String actor) {
        String replacement = REPLACEMENT + UUID.randomUUID().toString().substring(0, 8);
        return rename(actor, replacement)
                .zipWith(installers.rename(actor, replacement, INSTALLATIONS), Math::max)
                .zipWith(eraseElsewhere(actor, replacement), Math::max)
                .delayUntil(most -> most == 0 ? finish(actor) : Mono.empty())
                .map(most -> most > 0);
    }

    private Mono<Long> eraseElsewhere(String actor, String replacement) {
        return Flux.fromIterable(others)
                .concatMap(rows -> rows.erase(actor, replacement, BATCH))
                .reduce(0L, Math::max);
    }

    private Mono<Long> rename(String actor, String replacement) {
        return database.sql(RENAME)
                .bind("actor", actor)
                .bind("replacement", replacement)
                .bind("batch", BATCH)
                .fetch()
                .rowsUpdated();
    }

    private Mono<Void> finish(String actor) {
        return database.sql(FINISH)
                .bind("actor", actor)
                .bind("seconds", secondsInMemory)
                .then();
    }
}
