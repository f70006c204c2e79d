package io.oauthservice.provider;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Repositories, all of them by id or all by name. Names are in lower case. Sorted, without repetitions, never empty.
 *
 * @param byId whether the values are ids
 * @param values ids; or names, some of them with the owner's name and a slash before
 */
public record Repositories(boolean byId, List<String> values) {

    public static final int MOST = 500;

    private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,17}");
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9_-]{1,100}/)?[A-Za-z0-9._-]{1,100}");

    public Repositories {
        values = values.stream().sorted().distinct().toList();
    }

    /**
     * Parses ids ({@code 101}) or names ({@code web}, {@code acme/web}). Digits are an id.
     *
     * @throws IllegalArgumentException with a reason that follows the name of the setting or parameter
     */
    public static Repositories parse(List<String> items) {
        if (items.isEmpty() || items.size() > MOST) {
            throw new IllegalArgumentException("must name 1 to " + MOST + " repositories");
        }
        boolean byId = DIGITS.matcher(items.getFirst()).matches();
        for (String item : items) {
            if (DIGITS.matcher(item).matches() != byId) {
                throw new IllegalArgumentException("must be either ids or names");
            }
            if (!(byId ? ID : NAME).matcher(item).matches()) {
                throw new IllegalArgumentException("must be a list of repositories such as web,api or 101,102");
            }
        }
        List<String> values =
                items.stream().map(item -> item.toLowerCase(Locale.ROOT)).toList();
        return unique(new Repositories(byId, values), values.size());
    }

    private static Repositories unique(Repositories repositories, int items) {
        if (repositories.values.size() < items) {
            throw new IllegalArgumentException("must name each repository once");
        }
        return repositories;
    }

    /**
     * These repositories by their names without the owner, all of this owner; ids stay as they are.
     *
     * @throws IllegalArgumentException if one has another owner, or if two are the same
     */
    public Repositories requireOwner(@Nullable String owner) {
        List<String> names = namesOf(owner);
        if (names.size() < values.size()) {
            throw new IllegalArgumentException("must not name repositories of another owner than the organisation");
        }
        return unique(new Repositories(byId, names), names.size());
    }

    /** Those of this owner, without the owner's name; empty: there are none. Ids and names without an owner remain. */
    public Optional<Repositories> ofOwner(@Nullable String owner) {
        List<String> names = namesOf(owner);
        return names.isEmpty() ? Optional.empty() : Optional.of(new Repositories(byId, names));
    }

    private List<String> namesOf(@Nullable String owner) {
        String prefix = owner == null ? "/" : owner.toLowerCase(Locale.ROOT) + "/";
        return values.stream()
                .filter(value -> value.indexOf('/') < 0 || value.startsWith(prefix))
                .map(value -> value.substring(value.indexOf('/') + 1))
                .toList();
    }

    /** Whether all of the others are among these; false if one set has ids and the other has names. */
    public boolean containsAll(Repositories others) {
        return byId == others.byId && others.values.stream().allMatch(this::contains);
    }

    public boolean contains(NarrowedToken.Repository repository) {
        return contains(value(repository));
    }

    private String value(NarrowedToken.Repository repository) {
        return byId ? repository.id() : repository.name().toLowerCase(Locale.ROOT);
    }

    /** Those of the given repositories that are among these, by id or name as these are; empty: there are none. */
    public Optional<Repositories> among(List<NarrowedToken.Repository> repositories) {
        List<String> common =
                repositories.stream().map(this::value).filter(this::contains).toList();
        return common.isEmpty() ? Optional.empty() : Optional.of(new Repositories(byId, common));
    }

    /** Whether all of the given repositories are among these. */
    public boolean containsAll(List<NarrowedToken.Repository> repositories) {
        return repositories.stream().allMatch(this::contains);
    }

    private boolean contains(String value) {
        return Collections.binarySearch(values, value) >= 0;
    }
}
