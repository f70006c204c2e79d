package io.oauthservice.faults;

import io.oauthservice.core.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The access file of the replicas. Its clients read the list. There is one for each {@link Scope}, and
 * {@link #CHANGING}, whose organisations change. The key of a client is its name.
 */
final class ListClients {

    static final String CHANGING = "changing";

    /** The organisations that a client sees. */
    enum Scope {
        ALL(0, 0),
        WIDE(0, 20),
        NARROW(0, 10),
        OTHER(10, 30);

        private final int from;
        private final int to;

        Scope(int from, int to) {
            this.from = from;
            this.to = to;
        }

        String client() {
            return name().toLowerCase(Locale.ROOT);
        }

        private List<String> organisations() {
            return IntStream.range(from, to).mapToObj(ListClients::organisation).toList();
        }
    }

    private final Path file;
    private int version;
    private volatile Set<Scope> ofChanging = EnumSet.of(Scope.WIDE);

    ListClients() {
        try {
            file = Files.createTempDirectory("access").resolve("access.yml");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        write(Scope.WIDE);
    }

    Path file() {
        return file;
    }

    static String organisation(int number) {
        return "org-" + number;
    }

    /** The scopes that this client may have now: two from a change of the file until all replicas have adopted it. */
    Set<Scope> scopes(String client) {
        return client.equals(CHANGING) ? ofChanging : EnumSet.of(Scope.valueOf(client.toUpperCase(Locale.ROOT)));
    }

    /**
     * Changes the scope of {@link #CHANGING} from wide to narrow, or back.
     *
     * @param awaitAdoption waits until all replicas have adopted the file with this SHA-256
     */
    void change(Consumer<String> awaitAdoption) {
        Scope next = ofChanging.contains(Scope.WIDE) ? Scope.NARROW : Scope.WIDE;
        ofChanging = EnumSet.of(Scope.WIDE, Scope.NARROW);
        awaitAdoption.accept(write(next));
        ofChanging = EnumSet.of(next);
    }

    private String write(Scope changing) {
        // So that no two versions are equal.
        String text = "# version " + version++ + "\nclients:\n"
                + EnumSet.allOf(Scope.class).stream()
                        .map(scope -> client(scope.client(), scope))
                        .collect(Collectors.joining())
                + client(CHANGING, changing);
        try {
            Path next = Files.writeString(file.resolveSibling("next"), text);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Secret.of(text).sha256();
    }

    private static String client(String name, Scope scope) {
        return """
                  %s:
                    keys: [{sha256: %s}]
                    permissions: [installations:read]
                %s""".formatted(
                        name,
                        Secret.of(name).sha256(),
                        scope == Scope.ALL ? "" : "    organisations: " + scope.organisations() + "\n");
    }
}
