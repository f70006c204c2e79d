package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.control.Input;
import io.oauthservice.sandbox.control.Settings;
import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.slack.InstallTarget.Enterprise;
import io.oauthservice.sandbox.slack.InstallTarget.Team;
import java.util.List;

/** The settings for users, workspaces and organisations, and for who is signed in. */
final class DirectorySettings {

    private final SlackState slack;

    DirectorySettings(SlackState slack) {
        this.slack = slack;
    }

    void register(Settings settings) {
        settings.view("users", () -> Json.of(slack.directory.users()), this::users);
        settings.view("teams", () -> Json.of(slack.directory.teams()), this::teams);
        settings.view("enterprises", () -> Json.of(slack.directory.enterprises()), this::enterprises);
        settings.view(
                "signed_in_user", () -> Json.of(slack.directory.signedInUser().id()), this::signedInUser);
        settings.view(
                "signed_in_team", () -> Json.of(slack.directory.signedInTeam().id()), this::signedInTeam);
    }

    /** The user with the id in this field. */
    static User user(Directory directory, Input input, String field) {
        User user = directory.findUser(input.text(field));
        if (user == null) {
            List<String> known = directory.users().stream().map(User::id).toList();
            throw input.wrong(field, "the id of a user, one of " + known);
        }
        return user;
    }

    private Runnable users(Input input, String field) {
        List<User> users = input.objects(field).stream()
                .map(each -> new User(each.text("id"), each.text("name"), deactivated(each)))
                .toList();
        return () -> users.forEach(slack.directory::put);
    }

    private static boolean deactivated(Input user) {
        return user.has("deactivated") && user.flag("deactivated");
    }

    private Runnable teams(Input input, String field) {
        List<Team> teams = input.objects(field).stream().map(this::team).toList();
        return () -> teams.forEach(slack.directory::put);
    }

    private Team team(Input input) {
        String enterprise = input.optionalText("enterprise_id");
        if (enterprise != null && !(slack.directory.find(enterprise) instanceof Enterprise)) {
            throw input.wrong("enterprise_id", "of an organisation that exists");
        }
        return new Team(input.text("id"), input.text("name"), enterprise);
    }

    private Runnable enterprises(Input input, String field) {
        List<Enterprise> enterprises = input.objects(field).stream()
                .map(each -> new Enterprise(each.text("id"), each.text("name")))
                .toList();
        return () -> enterprises.forEach(slack.directory::put);
    }

    private Runnable signedInUser(Input input, String field) {
        User user = user(slack.directory, input, field);
        return () -> slack.directory.signIn(user);
    }

    private Runnable signedInTeam(Input input, String field) {
        InstallTarget place = slack.directory.find(input.text(field));
        if (place == null) {
            throw input.wrong(field, "the id of a workspace or organisation that exists");
        }
        return () -> slack.directory.signInTo(place);
    }
}
