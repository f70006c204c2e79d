package io.oauthservice.token;

import io.oauthservice.provider.Permissions;
import io.oauthservice.provider.Repositories;
import io.oauthservice.tokencache.Narrowing;
import io.oauthservice.web.ProblemException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Parses the parameters {@code repositories} and {@code permissions}: lists that are separated by commas. */
final class NarrowingParameters {

    static final String REPOSITORIES = "repositories";
    static final String PERMISSIONS = "permissions";

    private NarrowingParameters() {}

    /** @throws ProblemException 400 for a list that is empty, malformed, repeated or contradictory */
    static Narrowing parse(@Nullable String repositories, @Nullable String permissions) {
        return repositories == null && permissions == null
                ? Narrowing.NONE
                : new Narrowing(
                        parse(REPOSITORIES, repositories, Repositories::parse),
                        parse(PERMISSIONS, permissions, Permissions::parse));
    }

    private static <T> @Nullable T parse(String name, @Nullable String list, Function<List<String>, T> parser) {
        try {
            return list == null ? null : parser.apply(items(list));
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid(name, String.valueOf(e.getMessage()));
        }
    }

    private static List<String> items(String list) {
        return list.isEmpty() ? List.of() : List.of(list.split(",", -1));
    }
}
