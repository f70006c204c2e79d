package io.oauthservice.link;

import io.oauthservice.access.Caller;
import io.oauthservice.access.Callers;
import io.oauthservice.audit.AuditEntry;
import io.oauthservice.audit.AuditTrail;
import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.database.ExpiredRows;
import io.oauthservice.database.Sql;
import io.oauthservice.installation.ActivationHook;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.InstallationRows;
import io.oauthservice.link.InstallLink.ExpectedAccount;
import io.oauthservice.link.InstallLink.Terms;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The install links. All times are the database's. */
@Component
public class InstallLinks implements ActivationHook {

    private static final Logger log = LoggerFactory.getLogger(InstallLinks.class);
    private static final Duration KEPT = Duration.ofDays(30);
    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    private static final String COLUMNS = """
            l.id, l.platform, l.created_by, l.visible_organisations, l.return_to, l.opener_origin, l.labels,
            l.expected_org, l.expected_installation_id, l.expected_grant_key, l.expires_at, l.installation_id,
            CASE WHEN l.spent_at IS NOT NULL THEN 'spent'
                 WHEN l.withdrawn_at IS NOT NULL THEN 'withdrawn'
                 WHEN l.expires_at <= clock_timestamp() THEN 'expired'
                 WHEN l.claimed_until > clock_timestamp() THEN 'claimed'
                 ELSE 'open' END AS status,
            l.claimed_until = l.expires_at AS awaits_approval
            """;

    private static final String CREATE = """
            INSERT INTO oauth_install_links AS l (id, secret, platform, created_by, visible_organisations, return_to,
                opener_origin, labels, expected_org, expected_installation_id, expected_grant_key, expires_at)
            VALUES (:id, :secret, :platform, :createdBy, :organisations, :returnTo, :openerOrigin, :labels, :org, :installation,
                :grantKey, clock_timestamp() + make_interval(secs => :seconds))
            RETURNING\s""" + COLUMNS;

    private static final String BY_ID = "SELECT " + COLUMNS + " FROM oauth_install_links l WHERE l.id = :id";
    private static final String BY_SECRET =
            "SELECT " + COLUMNS + " FROM oauth_install_links l WHERE l.secret = :secret";

    private static final String WITHDRAW = """
            UPDATE oauth_install_links l SET withdrawn_at = clock_timestamp()
            WHERE l.id = :id AND l.spent_at IS NULL AND l.withdrawn_at IS NULL
            RETURNING\s""" + COLUMNS;

    /** How long a flow may take from its callback to its end. */
    public static final Duration CLAIMED_FOR = Duration.ofMinutes(2);

    /** A flow that takes longer than its claim cannot spend the link once another flow has claimed it. */
    private static final String CLAIM = """
            UPDATE oauth_install_links l
            SET claimed_by_state = :state, claimed_until = clock_timestamp() + make_interval(secs => :seconds)
            WHERE l.id = :id AND l.spent_at IS NULL AND l.withdrawn_at IS NULL AND l.expires_at > clock_timestamp()
              AND (l.claimed_until IS NULL OR l.claimed_until < clock_timestamp())
            RETURNING\s""" + COLUMNS;

    /** A link counts as opened when a flow is started with it, not when its page is shown. */
    private static final String MARK_OPENED = """
            UPDATE oauth_install_links SET opened_at = clock_timestamp() WHERE id = :id AND opened_at IS NULL
            """;

    private static final String RELEASE = """
            UPDATE oauth_install_links SET claimed_by_state = NULL, claimed_until = NULL
            WHERE id = :id AND claimed_by_state = :state AND spent_at IS NULL
            """;

    /** The claim is no longer released: it ends with the link. */
    private static final String AWAIT = """
            UPDATE oauth_install_links SET claimed_until = expires_at, awaited_installation_id = :installation
            WHERE id = :id AND claimed_by_state = :state AND spent_at IS NULL AND withdrawn_at IS NULL
            """;

    /** A consent may have several grants, each with a transaction of its own. */
    private static final String SPEND = """
            UPDATE oauth_install_links
            SET spent_at = COALESCE(spent_at, clock_timestamp()), installation_id = COALESCE(installation_id, :installation)
            WHERE id = :id AND claimed_by_state = :state AND withdrawn_at IS NULL
            RETURNING platform
            """;

    private static final String COMPLETE_AWAITED = """
            UPDATE oauth_install_links SET spent_at = clock_timestamp(), installation_id = awaited_installation_id
            WHERE awaited_installation_id = :installation AND spent_at IS NULL AND withdrawn_at IS NULL
              AND expires_at > clock_timestamp()
            RETURNING id, platform
            """;

    private final DatabaseClient database;
    private final TransactionalOperator transaction;
    private final InstallationRows rows;
    private final AuditTrail trail;
    private final JsonMapper json;
    private final Callers callers;

    InstallLinks(
            DatabaseClient database,
            TransactionalOperator transaction,
            InstallationRows rows,
            AuditTrail trail,
            JsonMapper json,
            Callers callers) {
        this.database = database;
        this.transaction = transaction;
        this.trail = trail;
        this.rows = rows;
        this.json = json;
        this.callers = callers;
    }

    /** Expired links can be read until they are deleted. */
    @Bean
    BackgroundLoop expiredLinksLoop() {
        return new ExpiredRows(database, "oauth_install_links", "expires_at", KEPT).job(InstallLinks.class);
    }

    /** Creates and records a link. */
    public Mono<InstallLink> create(Secret secret, Terms terms, Duration life) {
        ExpectedAccount expected = terms.expected();
        String organisation = expected instanceof ExpectedAccount.OfOrganisation account ? account.id() : null;
        String grantKey = expected instanceof ExpectedAccount.OfInstallation account ? account.grantKey() : null;
        InstallationId reconnected = terms.reconnected();
        List<String> visible = terms.visibleOrganisations();
        return database.sql(CREATE)
                .bind("id", UUID.randomUUID())
                .bind("secret", secret.sha256())
                .bind("platform", terms.platform().id())
                .bind("createdBy", terms.createdBy())
                .bind(
                        "organisations",
                        Sql.nullable(String[].class, visible == null ? null : visible.toArray(String[]::new)))
                .bind("returnTo", Sql.nullable(String.class, terms.returnTo()))
                .bind("openerOrigin", Sql.nullable(String.class, terms.openerOrigin()))
                .bind("labels", rows.json(terms.labels()))
                .bind("org", Sql.nullable(String.class, organisation))
                .bind("installation", Sql.nullable(UUID.class, reconnected == null ? null : reconnected.value()))
                .bind("grantKey", Sql.nullable(String.class, grantKey))
                .bind("seconds", Sql.seconds(life))
                .map(this::link)
                .one()
                .delayUntil(link -> record("link.created", link))
                .as(transaction::transactional)
                .doOnNext(link -> log.info(
                        "Install link created: platform={} id={} by={}",
                        terms.platform(),
                        link.id(),
                        terms.createdBy()));
    }

    /** Empty where there is none with this id. */
    public Mono<InstallLink> find(UUID id) {
        return database.sql(BY_ID).bind("id", id).map(this::link).one();
    }

    /** Empty where there is none with this secret for this platform. */
    public Mono<InstallLink> find(Secret secret, Platform platform) {
        return database.sql(BY_SECRET)
                .bind("secret", secret.sha256())
                .map(this::link)
                .one()
                .filter(link -> link.terms().platform().equals(platform));
    }

    /**
     * Withdraws a link; has no effect where it is withdrawn already. Returns {@code false} where it is spent or
     * unknown.
     */
    public Mono<Boolean> withdraw(UUID id) {
        return database.sql(WITHDRAW)
                .bind("id", id)
                .map(this::link)
                .one()
                .flatMap(this::recordWithdrawn)
                .as(transaction::transactional)
                .switchIfEmpty(find(id).map(link -> link.status() == LinkStatus.WITHDRAWN))
                .defaultIfEmpty(false);
    }

    /** Part of the transaction that withdraws the link. */
    private Mono<Boolean> recordWithdrawn(InstallLink link) {
        return record("link.withdrawn", link).then(Mono.fromSupplier(() -> {
            log.info("Install link withdrawn: platform={} id={}", link.terms().platform(), link.id());
            return true;
        }));
    }

    /**
     * Lets only this flow spend the link, for {@link #CLAIMED_FOR}. Empty where it cannot be used, or another flow has
     * claimed it.
     *
     * @param state of the flow
     */
    public Mono<InstallLink> claim(UUID id, Secret state) {
        return flow(CLAIM, id, state)
                .bind("seconds", Sql.seconds(CLAIMED_FOR))
                .map(this::link)
                .one()
                .filter(link -> !link.status().isOver());
    }

    /** Ends the claim of a flow that has failed. */
    public Mono<Void> release(UUID id, Secret state) {
        return flow(RELEASE, id, state).then();
    }

    /**
     * Keeps the claim of a flow whose request has to be approved at the provider, until the link expires. Fails with
     * {@link LinkLostException}, also where the link was withdrawn.
     *
     * @param installation what has to become active; null where the provider does not say what was requested
     */
    public Mono<Void> holdForApproval(UUID id, Secret state, @Nullable InstallationId installation) {
        return flow(AWAIT, id, state)
                .bind("installation", Sql.nullable(UUID.class, installation == null ? null : installation.value()))
                .fetch()
                .rowsUpdated()
                .flatMap(updated -> updated > 0 ? Mono.empty() : Mono.error(new LinkLostException()));
    }

    /** Spends the link, in the transaction that connects the installation. Fails with {@link LinkLostException}. */
    public Mono<Void> spend(UUID id, Secret state, InstallationId installation) {
        return flow(SPEND, id, state)
                .bind("installation", installation.value())
                .map(row -> Sql.get(row, "platform", String.class))
                .one()
                .switchIfEmpty(Mono.error(LinkLostException::new))
                .flatMap(platform -> recordCompleted(id, platform, installation));
    }

    /** Spends the links whose requests were approved. */
    @Override
    public Mono<Void> onActivated(InstallationId installation) {
        return database.sql(COMPLETE_AWAITED)
                .bind("installation", installation.value())
                .map(row -> Map.entry(Sql.get(row, "id", UUID.class), Sql.get(row, "platform", String.class)))
                .all()
                .concatMap(link -> recordCompleted(link.getKey(), link.getValue(), installation))
                .then();
    }

    /**
     * Records only the first flow that is started with the link, because anyone with the link can start any number of
     * flows.
     */
    public Mono<Void> recordOpened(InstallLink link) {
        return database.sql(MARK_OPENED)
                .bind("id", link.id())
                .fetch()
                .rowsUpdated()
                .filter(updated -> updated > 0)
                .doOnNext(first -> log.info(
                        "Install link opened: platform={} id={}", link.terms().platform(), link.id()))
                .flatMap(first -> record("link.opened", link));
    }

    /** As part of the history of the installation that has to be reconnected. */
    private Mono<Void> record(String action, InstallLink link) {
        return record(
                action, link.id(), link.terms().platform().id(), link.terms().reconnected());
    }

    private Mono<Void> record(String action, UUID id, String platform, @Nullable InstallationId installation) {
        return trail.record(new AuditEntry(
                action,
                platform,
                installation == null ? null : installation.value(),
                null,
                null,
                Map.of("link_id", id)));
    }

    /** Part of the transaction that spends the link. */
    private Mono<Void> recordCompleted(UUID id, String platform, InstallationId installation) {
        return record("link.completed", id, platform, installation)
                .doOnSuccess(done -> log.info("Install link spent: id={} installation={}", id, installation));
    }

    private GenericExecuteSpec flow(String sql, UUID id, Secret state) {
        return database.sql(sql).bind("id", id).bind("state", state.sha256());
    }

    private InstallLink link(Readable row) {
        UUID installation = row.get("installation_id", UUID.class);
        Terms terms = terms(row);
        return new InstallLink(
                Sql.get(row, "id", UUID.class),
                terms,
                Sql.get(row, "expires_at", Instant.class),
                status(LinkStatus.of(Sql.get(row, "status", String.class)), terms.createdBy()),
                Sql.isTrue(row, "awaits_approval"),
                installation == null ? null : new InstallationId(installation));
    }

    /** A link ends with the permission of its creator. */
    private LinkStatus status(LinkStatus stored, String createdBy) {
        return stored.isOver() || callers.mayStill(createdBy, Caller.INSTALLATIONS_WRITE)
                ? stored
                : LinkStatus.WITHDRAWN;
    }

    private Terms terms(Readable row) {
        String[] organisations = row.get("visible_organisations", String[].class);
        return new Terms(
                new Platform(Sql.get(row, "platform", String.class)),
                Sql.get(row, "created_by", String.class),
                organisations == null ? null : List.of(organisations),
                row.get("return_to", String.class),
                row.get("opener_origin", String.class),
                json.readValue(Sql.get(row, "labels", Json.class).asArray(), LABELS),
                expectedAccount(row));
    }

    private static @Nullable ExpectedAccount expectedAccount(Readable row) {
        String organisation = row.get("expected_org", String.class);
        if (organisation != null) {
            return new ExpectedAccount.OfOrganisation(organisation);
        }
        UUID installation = row.get("expected_installation_id", UUID.class);
        return installation == null
                ? null
                : new ExpectedAccount.OfInstallation(
                        new InstallationId(installation), Sql.get(row, "expected_grant_key", String.class));
    }
}
