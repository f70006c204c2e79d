package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.CurrentApp;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The installations that the App JWT sees: all, unless an act hides one or makes the credentials those of another App.
 * Not saved across restarts.
 */
final class AppView {

    /** Where an installation can be hidden. */
    enum Place {
        /** The installation's own address, its look-ups and minting. */
        ADDRESS,
        /** {@code GET /app/installations}. */
        LIST
    }

    private final GitHubState github;
    private final CurrentApp app = new CurrentApp();
    private final Map<Place, Set<Long>> hidden = new EnumMap<>(Place.class);

    AppView(GitHubState github) {
        this.github = github;
    }

    CurrentApp app() {
        return app;
    }

    void reset() {
        app.reset();
        hidden.clear();
    }

    void hide(GitHubInstallation installation, Place place) {
        hidden.computeIfAbsent(place, ids -> new HashSet<>()).add(installation.id());
    }

    void show(GitHubInstallation installation) {
        hidden.values().forEach(ids -> ids.remove(installation.id()));
    }

    List<GitHubInstallation> seen(Place place) {
        Set<Long> unseen = hidden.getOrDefault(place, Set.of());
        return github.installations.all().stream()
                .filter(each -> !app.isOther() && !unseen.contains(each.id()))
                .toList();
    }
}
