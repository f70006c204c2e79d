package io.oauthservice.audit;

import io.oauthservice.access.Caller;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.Installations;
import io.oauthservice.web.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Reads the audit for callers. Decides for the API and the page which entries a caller finds, and what it sees of them.
 */
@Component
public class CallerAudit {

    static final String READ = "audit:read";
    private static final int MOST_INSTALLATIONS = 1_000;
    private static final int ENTRIES_OF_HISTORY = 25;

    private final AuditEntries entries;
    private final Installations installations;

    CallerAudit(AuditEntries entries, Installations installations) {
        this.entries = entries;
        this.installations = installations;
    }

    /**
     * One page for a caller with the permission {@link #READ}. Fails with a 403 problem if the filter names an
     * installation that the caller does not see.
     */
    Mono<AuditEntries.Page> find(Caller caller, AuditFilter filter) {
        return visible(caller, filter)
                .flatMap(visible -> entries.find(filter, visible.orElse(null)))
                .map(page -> seenBy(caller, page));
    }

    /**
     * What has happened to an installation, newest first, 25 entries at most. Without {@code audit:read} only its
     * changes, without who has caused them. Fails with a 404 problem if the caller does not see the installation, with
     * a 400 problem for an invalid cursor.
     *
     * @param cursor {@link History#next} of the previous page; null: the newest entries
     */
    public Mono<History> history(Caller caller, Installation installation, @Nullable String cursor) {
        if (!caller.sees(installation.organisationIds())) {
            return Mono.error(ProblemException::unknownInstallation);
        }
        boolean whole = caller.may(READ);
        UUID id = installation.id().value();
        return Mono.fromSupplier(() -> AuditCursor.of("history", cursor))
                .flatMap(after -> entries.find(ofHistory(id, after, whole), List.of(id)))
                .map(page -> History.of(page, whole));
    }

    private static AuditFilter ofHistory(UUID installation, AuditCursor after, boolean whole) {
        return new AuditFilter(
                installation,
                null,
                null,
                null,
                Instant.EPOCH,
                AuditCursor.START.at(),
                after,
                ENTRIES_OF_HISTORY,
                !whole);
    }

    /** The installations whose entries the caller may see; empty: all, and entries without an installation. */
    private Mono<Optional<List<UUID>>> visible(Caller caller, AuditFilter filter) {
        List<String> organisations = caller.visibleOrganisations();
        if (organisations == null) {
            return Mono.just(Optional.empty());
        }
        UUID installation = filter.installation();
        return installation == null
                ? installations
                        .idsOf(organisations, MOST_INSTALLATIONS + 1)
                        .collectList()
                        .map(CallerAudit::bounded)
                        .map(Optional::of)
                : requireVisible(caller, installation).map(Optional::of);
    }

    private static List<UUID> bounded(List<UUID> visible) {
        if (visible.size() > MOST_INSTALLATIONS) {
            throw ProblemException.invalid(
                    "installation_id",
                    "is required: the caller's organisations have more than " + MOST_INSTALLATIONS + " installations");
        }
        return visible;
    }

    /** Fails with 403 for an unknown installation too: the response does not reveal whether it exists. */
    private Mono<List<UUID>> requireVisible(Caller caller, UUID installation) {
        return installations
                .find(new InstallationId(installation))
                .filter(found -> caller.sees(found.organisationIds()))
                .switchIfEmpty(
                        Mono.error(() -> ProblemException.forbidden("an installation of the caller's organisations")))
                .map(found -> List.of(installation));
    }

    private static AuditEntries.Page seenBy(Caller caller, AuditEntries.Page page) {
        return new AuditEntries.Page(
                page.entries().stream()
                        .map(entry -> entry.organisation() == null || caller.sees(entry.organisation())
                                ? entry
                                : entry.withoutOrganisation())
                        .toList(),
                page.next());
    }
}
