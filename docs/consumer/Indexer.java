package com.example.indexer;

import io.oauthservice.events.InstallationCreated;
import io.oauthservice.events.InstallationEvent;
import io.oauthservice.events.InstallationLabelsChanged;
import io.oauthservice.events.InstallationReconnectDue;
import io.oauthservice.events.InstallationReconnectRequired;
import io.oauthservice.events.InstallationRevoked;
import io.oauthservice.events.InstallationSnapshot;
import io.oauthservice.events.InstallationUpdated;
import io.oauthservice.events.InstallationUpdated.Status;
import io.oauthservice.events.TokenRefreshed;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Applies events. Store the first three collections in your own tables, and change them in the same transaction as your
 * other changes for an event. Here they are in memory, so that the process reads the topic from its beginning at each
 * start (application.yml).
 */
public class Indexer {

    private final Set<String> seen = new HashSet<>();
    private final Map<UUID, Long> sequences = new HashMap<>();
    private final Set<UUID> indexed = new HashSet<>();

    /** Tokens that the service has returned; the calls themselves are not part of this example. */
    private final Map<UUID, String> tokens = new HashMap<>();

    /** Handles an event that arrives for the first time, again, or late. */
    public synchronized void take(String id, InstallationEvent event) {
        if (!seen.add(id)) {
            return; // A duplicate: after a rebalance, a broker's failure, or a replay.
        }
        long known = sequences.getOrDefault(event.installationId(), 0L);
        // A snapshot has the sequence of the latest event, and replaces all events up to that one.
        boolean isNews = event.sequence() > known
                || (event.sequence() == known && event instanceof InstallationSnapshot);
        if (isNews) {
            sequences.put(event.installationId(), event.sequence());
            apply(event);
        }
    }

    private void apply(InstallationEvent event) {
        switch (event) {
            case InstallationCreated created -> start(created.installationId());
            case InstallationUpdated updated -> applyStatus(updated.status(), updated.installationId());
            case InstallationSnapshot snapshot -> {
                // It also replaces token.refreshed events that are no longer kept.
                forgetTokenOf(snapshot.installationId());
                applyStatus(snapshot.status(), snapshot.installationId());
            }
            case InstallationReconnectRequired required -> stop(required.installationId());
            case InstallationRevoked revoked -> stop(revoked.installationId());
            case TokenRefreshed refreshed -> forgetTokenOf(refreshed.installationId());
            case InstallationLabelsChanged changed -> {} // The grant, and what is indexed, are the same.
            case InstallationReconnectDue due -> {} // Inform the organisation; the tokens are still valid.
        }
    }

    private void applyStatus(Status status, UUID installation) {
        if (status == Status.ACTIVE) {
            start(installation);
        } else {
            stop(installation);
        }
    }

    private void start(UUID installation) {
        indexed.add(installation);
    }

    private void stop(UUID installation) {
        indexed.remove(installation);
        forgetTokenOf(installation);
    }

    /** The next call to the platform requests a new token: {@code GET /oauth/token/…?installation_id=…}. */
    private void forgetTokenOf(UUID installation) {
        tokens.remove(installation);
    }

    /** Whether the installation's organisation is being indexed. */
    public synchronized boolean isIndexing(UUID installation) {
        return indexed.contains(installation);
    }

    /** Whether this event has arrived. */
    public synchronized boolean hasSeen(String id) {
        return seen.contains(id);
    }

    /** Number of different events that have arrived. */
    public synchronized int eventsSeen() {
        return seen.size();
    }
}
