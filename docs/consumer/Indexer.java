package com.example.indexer;

import io.oauthservice.events.InstallationCreated;
import io.oauthservice.events.InstallationEvent;
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
 * What the events come to. The first three collections belong into tables of yours, changed in one transaction with whatever
 * else an event makes you do; in memory they last as long as the process, which therefore reads the topic from its
 * beginning each time (application.yml).
 */
public class Indexer {

    private final Set<String> seen = new HashSet<>();
    private final Map<UUID, Long> sequences = new HashMap<>();
    private final Set<UUID> indexed = new HashSet<>();

    /** What was asked for and is good until told otherwise; the calls themselves are no part of this example. */
    private final Map<UUID, String> tokens = new HashMap<>();

    /** Takes an event, whether it comes for the first time, again, or late. */
    public synchronized void take(String id, InstallationEvent event) {
        if (!seen.add(id)) {
            return; // Delivered before: after a rebalance, a broker's hiccup, or a replay.
        }
        long known = sequences.getOrDefault(event.installationId(), 0L);
        // A snapshot has the sequence of the latest event, and says what all events up to that one have said.
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
            case InstallationUpdated updated -> standsAs(updated.status(), updated.installationId());
            case InstallationSnapshot snapshot -> {
                // It also replaces token refreshes that are no longer kept.
                forgetTokenOf(snapshot.installationId());
                standsAs(snapshot.status(), snapshot.installationId());
            }
            case InstallationReconnectRequired dead -> stop(dead.installationId());
            case InstallationRevoked ended -> stop(ended.installationId());
            case TokenRefreshed refreshed -> forgetTokenOf(refreshed.installationId());
            case InstallationReconnectDue due -> {} // Somebody should tell the organisation; the tokens still live.
        }
    }

    private void standsAs(Status status, UUID installation) {
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

    /** The next call of the platform asks the service for a token: {@code GET /oauth/token/…?installation_id=…}. */
    private void forgetTokenOf(UUID installation) {
        tokens.remove(installation);
    }

    /** Whether the installation's organisation is being indexed. */
    public synchronized boolean isIndexing(UUID installation) {
        return indexed.contains(installation);
    }

    /** Whether this event has come. */
    public synchronized boolean hasSeen(String id) {
        return seen.contains(id);
    }

    /** How many different events have come so far. */
    public synchronized int eventsSeen() {
        return seen.size();
    }
}
