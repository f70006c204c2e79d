package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.Input;
import io.oauthservice.sandbox.control.Settings;
import io.oauthservice.sandbox.http.Json;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The settings {@code users}, {@code sites} and {@code signed_in_user}. */
final class DirectorySettings {

    private final Directory directory;

    DirectorySettings(Directory directory) {
        this.directory = directory;
    }

    void register(Settings settings) {
        settings.view(
                "users",
                () -> Json.of(directory.users().stream().map(User::setting).toList()),
                this::users);
        settings.view(
                "sites",
                () -> Json.of(directory.sites().stream().map(Site::setting).toList()),
                this::sites);
        settings.view("signed_in_user", () -> Json.of(directory.signedIn().accountId()), this::signedInUser);
    }

    private Runnable users(Input input, String field) {
        List<User> users =
                input.objects(field).stream().map(DirectorySettings::user).toList();
        return () -> users.forEach(directory::put);
    }

    private static User user(Input input) {
        boolean active = !input.has("active") || input.flag("active");
        return new User(input.text("account_id"), input.text("name"), input.optionalText("email"), active);
    }

    private Runnable sites(Input input, String field) {
        List<Site> sites = input.objects(field).stream().map(this::site).toList();
        return () -> sites.forEach(directory::put);
    }

    /** A site from JSON. Without {@code id} it is new; without {@code members} every user has access. */
    Site site(Input input) {
        String id = input.has("id") ? input.text("id") : UUID.randomUUID().toString();
        return new Site(id, input.text("name"), products(input), members(input));
    }

    private static List<Product> products(Input input) {
        if (!input.has("products")) {
            return Product.ALL;
        }
        return input.texts("products").stream()
                .map(name -> Product.ALL.stream()
                        .filter(product -> product.word().equals(name))
                        .findFirst()
                        .orElseThrow(() -> input.wrong("products", "an array of jira, confluence")))
                .toList();
    }

    private Set<String> members(Input input) {
        if (!input.has("members")) {
            return directory.accountIds();
        }
        Set<String> members = new LinkedHashSet<>(input.texts("members"));
        if (!directory.accountIds().containsAll(members)) {
            throw input.wrong("members", "account ids of users that exist; add others by the setting users first");
        }
        return members;
    }

    private Runnable signedInUser(Input input, String field) {
        User user = directory.user(input, field);
        return () -> directory.signIn(user);
    }
}
