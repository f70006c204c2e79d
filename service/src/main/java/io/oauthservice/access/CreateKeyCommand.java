package io.oauthservice.access;

import io.oauthservice.core.Secret;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;

/**
 * Creates a key of an API client, for an operator at a shell: {@code NAME [EXPIRES_AT]}. Prints the key, which is
 * stored nowhere, and its entry for the access file.
 */
public final class CreateKeyCommand {

    /** Secret scanners find keys by this prefix. */
    static final String PREFIX = "oauthsvc_";

    private static final int RANDOM_BYTES = 32;
    private static final String USAGE =
            "usage: CreateKeyCommand <client> [<expires at>], such as: indexer 2027-03-01T00:00:00Z\n"
                    + "A client's name has letters, digits, dots, dashes and underscores.";

    private CreateKeyCommand() {}

    /**
     * Creates one key. Exits with status 1 for wrong arguments.
     *
     * @param args the client's name, and when the key expires; without it, the key does not expire
     */
    public static void main(String... args) {
        try {
            System.out.print(run(args));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    static String run(String... args) {
        if (args.length < 1 || args.length > 2 || !AccessFileParser.isName(args[0])) {
            throw new IllegalArgumentException(USAGE);
        }
        String expiresAt = args.length == 1 ? "" : "\n        expires-at: " + future(args[1]);
        Secret key = create();
        return """
                The key, which is shown only now. Give it to the client:

                %s

                Its entry in the access file:

                clients:
                  %s:
                    keys:
                      - sha256: %s%s
                """.formatted(key.value(), args[0], key.sha256(), expiresAt);
    }

    private static Instant future(String text) {
        try {
            Instant at = Instant.parse(text);
            if (at.isAfter(Instant.now())) {
                return at;
            }
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(USAGE, e);
        }
        throw new IllegalArgumentException("The time must be in the future");
    }

    private static Secret create() {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        return Secret.of(PREFIX + HexFormat.of().formatHex(random));
    }
}
