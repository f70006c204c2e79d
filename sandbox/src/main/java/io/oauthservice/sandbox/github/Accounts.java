package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.Input;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The users and accounts that exist at GitHub, and the user who is signed in. */
final class Accounts {

    /** The part that is saved across restarts. */
    record Saved(List<User> users, List<Account> accounts, long signedIn) {}

    private final Map<Long, User> users = new LinkedHashMap<>();
    private final Map<Long, Account> accounts = new LinkedHashMap<>();
    private long signedIn;

    Accounts(Saved saved) {
        saved.users().forEach(this::put);
        saved.accounts().forEach(this::put);
        signedIn = saved.signedIn();
    }

    /** The initial directory; the README lists the ids. */
    static Accounts atStart() {
        User dana = new User(55, "dev-dana", "Dana Developer", "dana@example.test");
        User olga = new User(77, "owner-olga", "Olga Owner", null);
        return new Accounts(new Saved(
                List.of(dana, olga),
                List.of(
                        organization(9001, "acme", List.of(new Repository(101, "web"), new Repository(102, "api"))),
                        organization(
                                9002, "globex", List.of(new Repository(201, "core"), new Repository(202, "docs")))),
                dana.id()));
    }

    private static Account organization(long id, String login, List<Repository> repositories) {
        return new Account(id, login, "Organization", new TreeSet<>(Set.of(55L, 77L)), Set.of(), repositories);
    }

    Saved saved() {
        return new Saved(List.copyOf(users.values()), List.copyOf(accounts.values()), signedIn);
    }

    void put(User user) {
        users.put(user.id(), user);
    }

    void put(Account account) {
        accounts.put(account.id(), account);
    }

    void signIn(User user) {
        signedIn = user.id();
    }

    User signedIn() {
        return user(signedIn);
    }

    Collection<User> users() {
        return users.values();
    }

    Collection<Account> all() {
        return accounts.values();
    }

    boolean knows(long userId) {
        return users.containsKey(userId);
    }

    /** The user with this id, who must exist. */
    User user(long id) {
        User user = users.get(id);
        if (user == null) {
            throw new IllegalStateException("No user " + id);
        }
        return user;
    }

    /** The user with the id or login in this field. */
    User user(Input input, String field) {
        String named = input.json().path(field).asString("");
        return users.values().stream()
                .filter(user ->
                        user.login().equals(named) || String.valueOf(user.id()).equals(named))
                .findFirst()
                .orElseThrow(() -> input.wrong(field, "the id or login of a user, one of " + users.keySet()));
    }

    /** An owner of this account; the signed-in user if it has none. */
    User ownerOf(Account account) {
        return account.owners().stream().findFirst().map(this::user).orElseGet(this::signedIn);
    }

    /** The account with this id, which must exist. */
    Account account(long id) {
        Account account = accounts.get(id);
        if (account == null) {
            throw new IllegalStateException("No account " + id);
        }
        return account;
    }

    @Nullable
    Account find(long id) {
        return accounts.get(id);
    }

    /** The account with this login. */
    @Nullable
    Account findByLogin(String login) {
        return accounts.values().stream()
                .filter(each -> each.login().equalsIgnoreCase(login))
                .findFirst()
                .orElse(null);
    }

    /** The accounts that this user has access to. */
    List<Account> visibleTo(User user) {
        return accounts.values().stream()
                .filter(account -> account.hasMember(user))
                .toList();
    }
}
