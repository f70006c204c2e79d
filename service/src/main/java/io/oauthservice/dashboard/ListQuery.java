package io.oauthservice.dashboard;

import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.installation.LabelFilter;
import io.oauthservice.listing.InstallationFilter;
import io.oauthservice.listing.InstallationFilter.Cursor;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.QueryText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * The selection in the query of the list's address.
 *
 * @param text part of an organisation's name; empty: any
 * @param platform empty: any
 * @param status a status, {@code all}, or empty for every status but revoked
 * @param labels each a label, or label:value; an installation must have all of them
 * @param after the last position of the previous page; null: the first page
 */
record ListQuery(
        String text,
        String platform,
        String status,
        List<String> labels,
        @Nullable Cursor after) {

    static final ListQuery NONE = new ListQuery("", "", "", List.of(), null);
    static final String ALL = "all";
    private static final String LABEL = "label";
    private static final int LIMIT = 50;

    private static final List<InstallationStatus> NOT_REVOKED = Arrays.stream(InstallationStatus.values())
            .filter(status -> status != InstallationStatus.REVOKED)
            .toList();

    ListQuery {
        labels = List.copyOf(labels);
    }

    /** @throws ProblemException 400 for an invalid value */
    static ListQuery of(MultiValueMap<String, String> query) {
        String cursor = value(query, "cursor");
        return new ListQuery(
                value(query, "q"),
                value(query, "platform"),
                value(query, "status"),
                labels(query),
                cursor.isEmpty()
                        ? null
                        : Cursor.parse(cursor)
                                .orElseThrow(() -> ProblemException.invalid("cursor", "must be that of a page")));
    }

    /** A field that a person has left empty selects nothing, and so does a value that is not typed yet. */
    private static List<String> labels(MultiValueMap<String, String> query) {
        return query.getOrDefault(LABEL, List.of()).stream()
                .map(label -> QueryText.bounded(LABEL, label))
                .filter(Objects::nonNull)
                .map(label -> label.strip().replaceFirst(":$", ""))
                .distinct()
                .toList();
    }

    private static String value(MultiValueMap<String, String> query, String name) {
        String value = QueryText.bounded(name, query.getFirst(name));
        return value == null ? "" : value.strip();
    }

    InstallationFilter filter(@Nullable List<String> organisations) {
        return new InstallationFilter(
                platform.isEmpty() ? null : platform,
                statuses(),
                null,
                text.isEmpty() ? null : text,
                organisations,
                LabelFilter.parse(labels),
                after,
                LIMIT);
    }

    private List<InstallationStatus> statuses() {
        return switch (status) {
            case "" -> NOT_REVOKED;
            case ALL -> List.of();
            default ->
                List.of(InstallationStatus.of(status)
                        .orElseThrow(() -> ProblemException.invalid(
                                "status",
                                "must be " + ALL + ", or one of "
                                        + Arrays.stream(InstallationStatus.values())
                                                .map(InstallationStatus::code)
                                                .collect(Collectors.joining(", ")))));
        };
    }

    boolean hasFilters() {
        return !text.isEmpty() || !platform.isEmpty() || !status.isEmpty() || !labels.isEmpty();
    }

    /** The list's address with this selection, from a position on; null: from the first page. */
    String address(@Nullable Cursor from) {
        UriComponentsBuilder address = UriComponentsBuilder.fromPath("/");
        add(address, "q", text);
        add(address, "platform", platform);
        add(address, "status", status);
        labels.forEach(label -> add(address, LABEL, label));
        add(address, "cursor", from == null ? "" : from.toString());
        return address.build(true).toUriString();
    }

    /** The list of one platform's installations in one status. */
    static String address(String platform, String status) {
        return new ListQuery("", platform, status, List.of(), null).address(null);
    }

    /** The first page of those of this selection that also have this label. */
    String addressWith(String label) {
        List<String> all =
                Stream.concat(labels.stream(), Stream.of(label)).distinct().toList();
        return new ListQuery(text, platform, status, all, null).address(null);
    }

    private static void add(UriComponentsBuilder address, String name, String value) {
        if (!value.isEmpty()) {
            address.queryParam(
                    name, UriUtils.encode(value, StandardCharsets.UTF_8).replace("%3A", ":"));
        }
    }
}
