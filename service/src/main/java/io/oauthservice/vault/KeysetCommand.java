package io.oauthservice.vault;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/**
 * Rotates the keys of a local keyset, for an operator at a shell: {@code list}, {@code add}, {@code promote ID},
 * {@code remove ID}. Prints ids and never a key. See docs/operations.md for what to do between the steps.
 */
public final class KeysetCommand {

    private static final String USAGE = "usage: KeysetCommand <keyset file> list | add | promote ID | remove ID";

    private KeysetCommand() {}

    /**
     * Runs one command. Exits with status 1 for wrong arguments or a failed write, with 2 for a file that is not a
     * keyset.
     *
     * @param args the file, the command and the key's id
     */
    public static void main(String... args) {
        try {
            System.out.print(run(args));
        } catch (IllegalArgumentException | IOException | GeneralSecurityException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        } catch (RuntimeException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    static String run(String... args) throws IOException, GeneralSecurityException {
        if (args.length < 2) {
            throw new IllegalArgumentException(USAGE);
        }
        KeysetFile file = new KeysetFile(Path.of(args[0]));
        Keyset before = file.read();
        Keyset after = switch (args[1]) {
            case "list" -> before;
            case "add" -> before.withNewKey();
            case "promote" -> before.withPrimary(idOf(before, args));
            case "remove" -> before.without(idOfSecondaryKey(before, args));
            default -> throw new IllegalArgumentException(USAGE);
        };
        if (!args[1].equals("list")) {
            file.replace(after);
        }
        return list(after);
    }

    private static int idOf(Keyset keyset, String... args) {
        int id = args.length == 3 ? Integer.parseUnsignedInt(args[2]) : 0;
        if (!keyset.ids().contains(id)) {
            throw new IllegalArgumentException("The keyset has no such key. Its keys are:\n" + list(keyset));
        }
        return id;
    }

    private static int idOfSecondaryKey(Keyset keyset, String... args) {
        int id = idOf(keyset, args);
        if (id == keyset.primary()) {
            throw new IllegalArgumentException("This is the primary key: promote another key first");
        }
        return id;
    }

    private static String list(Keyset keyset) {
        StringBuilder lines = new StringBuilder();
        for (int id : keyset.ids()) {
            lines.append(Integer.toUnsignedString(id))
                    .append(id == keyset.primary() ? " encrypts" : " decrypts")
                    .append('\n');
        }
        return lines.toString();
    }
}
