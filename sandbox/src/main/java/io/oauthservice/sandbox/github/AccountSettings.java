package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.Input;
import io.oauthservice.sandbox.control.Settings;
import io.oauthservice.sandbox.http.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The settings {@code users}, {@code accounts} and {@code signed_in_user}. */
final class AccountSettings {

    private final GitHubState github;

    AccountSettings(GitHubState github) {
        this.github = github;
    }

    void register(Settings settings) {
        settings.view("users", () -> Json.of(github.accounts.users()), this::users);
        settings.view("accounts", () -> Json.of(github.accounts.all()), this::accounts);
        settings.view("signed_in_user", () -> Json.of(github.accounts.signedIn().id()), this::signedInUser);
    }

    private Runnable users(Input input, String field) {
        List<User> users =
                input.objects(field).stream().map(AccountSettings::user).toList();
        return () -> users.forEach(github.accounts::put);
    }

    private static User user(Input input) {
        long id = input.id("id");
        return new User(id, input.text("login"), input.optionalText("name"), input.optionalText("email"));
    }

    private Runnable accounts(Input input, String field) {
        List<Account> accounts =
                input.objects(field).stream().map(this::account).toList();
        return () -> accounts.forEach(github.accounts::put);
    }

    private Account account(Input input) {
        long id = input.id("id");
        String type = input.has("type") ? input.choice("type", List.of("Organization", "User")) : "Organization";
        return new Account(
                id, input.text("login"), type, people(input, "owners"), people(input, "members"), repositories(input));
    }

    private Set<Long> people(Input input, String field) {
        Set<Long> people = new LinkedHashSet<>();
        for (Long id : input.has(field) ? input.ids(field) : List.<Long>of()) {
            if (!github.accounts.knows(id)) {
                throw input.wrong(field, "ids of users that exist; add others by the setting users first");
            }
            people.add(id);
        }
        return people;
    }

    private static List<Repository> repositories(Input input) {
        if (!input.has("repositories")) {
            return List.of(
                    new Repository(input.id("id") * 10 + 1, "main"), new Repository(input.id("id") * 10 + 2, "docs"));
        }
        List<Repository> repositories = new ArrayList<>();
        input.objects("repositories")
                .forEach(each -> repositories.add(new Repository(each.id("id"), each.text("name"))));
        return repositories;
    }

    private Runnable signedInUser(Input input, String field) {
        User user = github.accounts.user(input, field);
        return () -> github.accounts.signIn(user);
    }
}
