package io.oauthservice.audit;

import io.oauthservice.audit.AuditExport.Line;
import io.oauthservice.database.AfterCommit;
import io.oauthservice.database.Sql;
import io.oauthservice.installation.ChangeAudit;
import io.oauthservice.installation.Installation;
import io.r2dbc.postgresql.codec.Json;
import java.util.Map;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.NoTransactionException;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Records what happens, one entry each time; every change of an installation in its transaction. */
@Component
public class AuditTrail implements ChangeAudit {

    static final String INSERT = """
            INSERT INTO oauth_audit (action, actor, source, platform, installation_id, org_id, fingerprint, detail)
            VALUES (:action, :actor, :source, :platform, :installation, :organisation, :fingerprint, :detail)
            """;

    private final DatabaseClient database;
    private final JsonMapper json;
    private final SourceNetworks networks;
    private final AuditExport export;

    AuditTrail(DatabaseClient database, JsonMapper json, SourceNetworks networks, AuditExport export) {
        this.database = database;
        this.json = json;
        this.networks = networks;
        this.export = export;
    }

    /**
     * Records an entry of the {@link Origin} in the context: as part of the transaction in progress, so that it is
     * stored if and only if its change is, else at once. Fails where it cannot be stored.
     */
    public Mono<Void> record(AuditEntry entry) {
        return Mono.deferContextual(context -> record(entry, Origin.of(context)));
    }

    @Override
    public Mono<Void> add(String action, Installation after, Map<String, ?> detail) {
        return record(new AuditEntry(
                action,
                after.platform().id(),
                after.id().value(),
                after.externalOrgId(),
                after.isActive() ? after.tokens().fingerprint() : null,
                detail));
    }

    private Mono<Void> record(AuditEntry entry, Origin origin) {
        String source = networks.text(origin.address());
        Line line = new Line(
                entry.action(),
                origin.actor(),
                source,
                entry.platform(),
                entry.installation(),
                entry.organisation(),
                entry.fingerprint(),
                1,
                null,
                null,
                entry.detail());
        return database.sql(INSERT)
                .bindProperties(entry)
                .bind("actor", origin.actor())
                .bind("source", Sql.nullable(String.class, source))
                // Instead of the entry's map.
                .bind("detail", Json.of(json.writeValueAsBytes(entry.detail())))
                .then()
                .then(afterCommit(() -> export.write(line)));
    }

    /** Without a transaction it is stored already. */
    private static Mono<Void> afterCommit(Runnable action) {
        return AfterCommit.run(action).onErrorResume(NoTransactionException.class, stored -> Mono.fromRunnable(action));
    }
}
