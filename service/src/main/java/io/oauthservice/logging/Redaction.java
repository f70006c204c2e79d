package io.oauthservice.logging;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Replaces secrets in encoded log records. Works on bytes, so that it sees the message, its arguments, exceptions and
 * their causes in every format. One pass, in linear time: no byte is read again after it has been part of a secret, and
 * other comparisons are bounded.
 *
 * <p>Ids, hashes and fingerprints remain: a value is replaced only after a {@link SecretMarker}.
 */
final class Redaction {

    static final String REPLACEMENT = "[redacted]";

    private static final byte[] REPLACEMENT_BYTES = ascii(REPLACEMENT);
    private static final byte[] KEY_END = ascii("-----END");

    /** Between the name of a parameter and its value, in queries, JSON, escaped JSON, headers and {@code toString}. */
    private static final String SEPARATORS = "=:";

    private static final String QUOTES = " \"'\\[(";
    private static final int MAX_QUOTES = 6;
    private static final int UUID_LENGTH = 36;

    /** By the first two bytes, in lower case: nearly all positions of ordinary records are decided by one look-up. */
    private static final SecretMarker[][] MARKERS = new SecretMarker[1 << 14][];

    static {
        SecretMarker.ALL.stream()
                .collect(Collectors.groupingBy(marker -> pair(marker.first(), marker.second())))
                .forEach((pair, markers) -> MARKERS[pair] = markers.toArray(SecretMarker[]::new));
    }

    private record Span(int from, int to) {}

    private Redaction() {}

    /** The same record without secrets; the record itself if there are none. */
    static byte[] redact(byte[] record) {
        ByteArrayOutputStream redacted = null;
        int copied = 0;
        int at = 0;
        while (at < record.length) {
            Span secret = find(record, at);
            if (secret == null) {
                at++;
                continue;
            }
            if (redacted == null) {
                redacted = new ByteArrayOutputStream(record.length);
            }
            redacted.write(record, copied, secret.from - copied);
            redacted.writeBytes(REPLACEMENT_BYTES);
            copied = secret.to;
            at = secret.to;
        }
        if (redacted == null) {
            return record;
        }
        redacted.write(record, copied, record.length - copied);
        return redacted.toByteArray();
    }

    private static @Nullable Span find(byte[] record, int at) {
        SecretMarker[] markers = markers(record, at);
        if (markers != null) {
            for (SecretMarker marker : markers) {
                Span secret = marker.isAt(record, at) ? secretAfter(record, at, marker) : null;
                if (secret != null) {
                    return secret;
                }
            }
        }
        return null;
    }

    private static SecretMarker @Nullable [] markers(byte[] record, int at) {
        if (at + 1 >= record.length || record[at] < 0 || record[at + 1] < 0) {
            return null;
        }
        return MARKERS[pair(SecretMarker.lower(record[at]), SecretMarker.lower(record[at + 1]))];
    }

    private static int pair(byte first, byte second) {
        return first << 7 | second;
    }

    private static @Nullable Span secretAfter(byte[] record, int at, SecretMarker marker) {
        int from = at + marker.length();
        return switch (marker.kind()) {
            case PREFIX, SCHEME -> span(from, endOfToken(record, from), marker.min());
            case WORD_PREFIX -> beginsWord(record, at) ? span(from, endOfToken(record, from), marker.min()) : null;
            case PEM -> privateKey(record, from);
            case NAME -> value(record, from);
            case COMMON_NAME -> beginsWord(record, at) ? random(record, value(record, from), marker.min()) : null;
        };
    }

    private static @Nullable Span span(int from, int to, int min) {
        return to - from < min ? null : new Span(from, to);
    }

    private static int endOfToken(byte[] record, int from) {
        int to = from;
        while (to < record.length && isTokenByte(record[to])) {
            to++;
        }
        return to;
    }

    /** The characters of base64, base64url and token68 (RFC 9110, section 11.2). */
    private static boolean isTokenByte(byte b) {
        return isLetterOrDigit(b) || ".-_~+/=".indexOf(b) >= 0;
    }

    private static @Nullable Span privateKey(byte[] record, int from) {
        int label = from;
        while (label < record.length && (isLetterOrDigit(record[label]) || record[label] == ' ')) {
            label++;
        }
        String kind = new String(record, from, label - from, StandardCharsets.US_ASCII);
        return kind.endsWith("PRIVATE KEY") ? new Span(label, endOfKey(record, label)) : null;
    }

    /** A key that is cut off has no last line: the rest of the record is removed. */
    private static int endOfKey(byte[] record, int from) {
        for (int at = from; at + KEY_END.length <= record.length; at++) {
            if (record[at] == '-' && Arrays.mismatch(record, at, at + KEY_END.length, KEY_END, 0, KEY_END.length) < 0) {
                return at;
            }
        }
        return record[record.length - 1] == '\n' ? record.length - 1 : record.length;
    }

    /** The value after a name; null where the name is a word of a sentence, or the value is null. */
    private static @Nullable Span value(byte[] record, int afterName) {
        int separator = skip(record, afterName, QUOTES);
        int from = afterSeparator(record, separator);
        if (from < 0) {
            return null;
        }
        from = skip(record, from, QUOTES);
        int to = from;
        while (to < record.length && isValueByte(record[to])) {
            to++;
        }
        boolean absent = to - from == 4 && record[from] == 'n' && record[from + 1] == 'u' && record[from + 2] == 'l';
        return to == from || absent ? null : new Span(from, to);
    }

    private static int skip(byte[] record, int from, String bytes) {
        int at = from;
        while (at < record.length && at < from + MAX_QUOTES && bytes.indexOf(record[at]) >= 0) {
            at++;
        }
        return at;
    }

    private static int afterSeparator(byte[] record, int at) {
        if (at < record.length && SEPARATORS.indexOf(record[at]) >= 0) {
            return at + 1;
        }
        boolean encoded = at + 2 < record.length
                && record[at] == '%'
                && record[at + 1] == '3'
                && (SecretMarker.lower(record[at + 2]) == 'd' || SecretMarker.lower(record[at + 2]) == 'a');
        return encoded ? at + 3 : -1;
    }

    private static boolean isValueByte(byte b) {
        return b < 0 || (b > ' ' && "\"'\\&,;<>()[]{}|=:".indexOf(b) < 0);
    }

    /** A value with a digit, or with letters of both cases: neither {@code half_open} nor {@code IN_PROGRESS}. */
    private static @Nullable Span random(byte[] record, @Nullable Span value, int min) {
        if (value == null || value.to - value.from < min || isUuid(record, value)) {
            return null;
        }
        boolean upper = false;
        boolean lower = false;
        for (int at = value.from; at < value.to; at++) {
            if (isDigit(record[at])) {
                return value;
            }
            upper |= record[at] >= 'A' && record[at] <= 'Z';
            lower |= record[at] >= 'a' && record[at] <= 'z';
        }
        return upper && lower ? value : null;
    }

    private static boolean isUuid(byte[] record, Span value) {
        return value.to - value.from == UUID_LENGTH && record[value.from + 8] == '-' && record[value.from + 23] == '-';
    }

    /** A letter after a backslash is an escaped control character, and two after a percent sign an encoded one. */
    private static boolean beginsWord(byte[] record, int at) {
        return at == 0
                || !(isLetterOrDigit(record[at - 1]) || "_-.".indexOf(record[at - 1]) >= 0)
                || (at >= 2 && record[at - 2] == '\\')
                || (at >= 3 && record[at - 3] == '%')
                || (at >= 6 && record[at - 6] == '\\' && record[at - 5] == 'u');
    }

    private static boolean isLetterOrDigit(byte b) {
        byte letter = SecretMarker.lower(b);
        return (letter >= 'a' && letter <= 'z') || isDigit(b);
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
