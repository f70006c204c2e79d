package io.oauthservice.operations;

import io.oauthservice.web.ProblemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * An operator's order, read field by field: one that is misspelt must not widen the order to everything. Each method
 * fails with the problem that names the field.
 */
record OperationsRequest(Map<String, Object> fields) {

    private static final int UUID_LENGTH = 36;

    /** Reads the order, which may have no other fields than these. */
    static Mono<OperationsRequest> of(Mono<Map<String, Object>> body, Set<String> known) {
        return body.defaultIfEmpty(Map.of()).map(fields -> checked(fields, known));
    }

    private static OperationsRequest checked(Map<String, Object> fields, Set<String> known) {
        Set<String> unknown = new TreeSet<>(fields.keySet());
        unknown.removeAll(known);
        unknown.stream().findFirst().ifPresent(field -> {
            throw ProblemException.invalid(printable(field), "is unknown here");
        });
        return new OperationsRequest(fields);
    }

    private static String printable(String field) {
        String cut = field.substring(0, Math.min(field.length(), UUID_LENGTH));
        return cut.replaceAll("\\P{Print}", "?");
    }

    /** Null where it is absent. */
    @Nullable
    UUID id(String field) {
        Object value = fields.get(field);
        if (value == null) {
            return null;
        }
        try {
            if (value instanceof String text && text.length() == UUID_LENGTH) {
                return UUID.fromString(text);
            }
        } catch (IllegalArgumentException e) {
            throw noId(field);
        }
        throw noId(field);
    }

    private static ProblemException noId(String field) {
        return ProblemException.invalid(field, "must be the id of an installation");
    }

    /** False where it is absent. */
    boolean flag(String field) {
        Object value = fields.getOrDefault(field, false);
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw ProblemException.invalid(field, "must be true or false");
    }

    /** A time that has been. */
    Instant past(String field) {
        try {
            if (fields.get(field) instanceof String text) {
                Instant time = OffsetDateTime.parse(text).toInstant();
                if (time.isAfter(Instant.EPOCH) && time.isBefore(Instant.now())) {
                    return time;
                }
            }
        } catch (DateTimeException e) {
            throw noTime(field);
        }
        throw noTime(field);
    }

    private static ProblemException noTime(String field) {
        return ProblemException.invalid(
                field, "must be a time that has been, in ISO 8601, such as 2026-03-01T12:00:00Z");
    }
}
