package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.slack.InstallTarget.Enterprise;
import io.oauthservice.sandbox.slack.InstallTarget.Team;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The workspaces, organisations and users that exist at Slack, and the user who is signed in. */
final class Directory {

    /** The part that is saved across restarts. */
    record Saved(
            List<Team> teams,
            List<Enterprise> enterprises,
            List<User> users,
            String signedInUser,
            String signedInTeam) {}

    private final Map<String, Team> teams = new LinkedHashMap<>();
    private final Map<String, Enterprise> enterprises = new LinkedHashMap<>();
    private final Map<String, User> users = new LinkedHashMap<>();
    private String signedInUser;
    private String signedInTeam;

    Directory(Saved saved) {
        saved.teams().forEach(this::put);
        saved.enterprises().forEach(this::put);
        saved.users().forEach(this::put);
        signedInUser = saved.signedInUser();
        signedInTeam = saved.signedInTeam();
    }

    /** The initial directory; the README lists the ids. */
    static Saved atStart() {
        return new Saved(
                List.of(new Team("T0ACME", "Acme", null), new Team("T0GLOBEX", "Globex", null)),
                List.of(new Enterprise("E0ACME", "Acme Org")),
                List.of(new User("U0DANA", "dana", false), new User("U0OLGA", "olga", false)),
                "U0DANA",
                "T0ACME");
    }

    Saved saved() {
        return new Saved(
                List.copyOf(teams.values()),
                List.copyOf(enterprises.values()),
                List.copyOf(users.values()),
                signedInUser,
                signedInTeam);
    }

    void put(InstallTarget place) {
        switch (place) {
            case Team team -> teams.put(team.id(), team);
            case Enterprise enterprise -> enterprises.put(enterprise.id(), enterprise);
        }
    }

    void put(User user) {
        users.put(user.id(), user);
    }

    Collection<Team> teams() {
        return teams.values();
    }

    Collection<Enterprise> enterprises() {
        return enterprises.values();
    }

    Collection<User> users() {
        return users.values();
    }

    List<Team> teamsOf(Enterprise enterprise) {
        return teams.values().stream()
                .filter(team -> enterprise.id().equals(team.enterpriseId()))
                .toList();
    }

    /** The organisation of this workspace; an organisation is its own. */
    @Nullable
    Enterprise enterpriseOf(InstallTarget place) {
        return switch (place) {
            case Team team -> enterprises.get(team.enterpriseId());
            case Enterprise enterprise -> enterprise;
        };
    }

    @Nullable
    InstallTarget find(@Nullable String placeId) {
        Team team = teams.get(placeId);
        return team == null ? enterprises.get(placeId) : team;
    }

    /** The workspace or organisation with this id, which must exist. */
    InstallTarget place(String placeId) {
        return Objects.requireNonNull(find(placeId), placeId);
    }

    @Nullable
    User findUser(String userId) {
        return users.get(userId);
    }

    /** The user with this id, who must exist. */
    User user(String userId) {
        return Objects.requireNonNull(findUser(userId), userId);
    }

    User signedInUser() {
        return user(signedInUser);
    }

    /** The workspace that the page suggests. */
    InstallTarget signedInTeam() {
        return place(signedInTeam);
    }

    void signIn(User user) {
        signedInUser = user.id();
    }

    void signInTo(InstallTarget place) {
        signedInTeam = place.id();
    }
}
