package io.oauthservice.dashboard;

import io.oauthservice.audit.History;
import io.oauthservice.audit.Origin;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to an installation, on its page.
 *
 * @param whole whether it says who has caused what, and contains the use of tokens
 * @param newest the address of the newest entries; empty: these are shown
 * @param older the address of older entries; empty: there are none
 */
record ShownHistory(List<ShownEntry> entries, boolean whole, String newest, String older) {

    /** The cursor of the page of entries, in the address of the installation. */
    static final String PARAMETER = "history";

    private static final String FRAGMENT = "#history";

    /**
     * A page of entries.
     *
     * @param platform the platform's display name
     * @param address of the installation
     * @param continued whether it is not the first page
     * @param names the names of callers for people
     */
    static ShownHistory of(
            History history, String platform, String address, boolean continued, UnaryOperator<String> names) {
        return new ShownHistory(
                history.entries().stream()
                        .sorted(Comparator.comparing(ShownHistory::lastOf).reversed())
                        .map(entry -> ShownEntry.of(entry, platform, names))
                        .toList(),
                history.whole(),
                continued ? address + FRAGMENT : "",
                history.next() == null ? "" : address + "?" + PARAMETER + "=" + history.next() + FRAGMENT);
    }

    /** Reads of an hour stand where the last of them belongs. */
    private static Instant lastOf(History.Entry entry) {
        return Objects.requireNonNullElse(entry.lastAt(), entry.at());
    }

    boolean isPaged() {
        return !newest.isEmpty() || !older.isEmpty();
    }

    boolean hasEntries() {
        return !entries.isEmpty();
    }

    /**
     * An entry.
     *
     * @param at of reads, their hour
     * @param by who; empty: not known, or not shown
     * @param network the sender's; empty: not known, or not shown
     */
    record ShownEntry(Time at, String what, String by, String network) {

        static ShownEntry of(History.Entry entry, String platform, UnaryOperator<String> names) {
            return new ShownEntry(
                    entry.lastAt() == null ? Time.ofKnown(entry.at()) : Time.ofHour(entry.at()),
                    HistoryTexts.of(entry, platform),
                    actor(entry.actor(), platform, names),
                    Objects.requireNonNullElse(entry.source(), ""));
        }

        private static String actor(@Nullable String actor, String platform, UnaryOperator<String> names) {
            return switch (actor) {
                case null -> "";
                case Origin.BROWSER -> "a browser without an API key";
                case Origin.SERVICE -> "this service";
                case Origin.WEBHOOK -> "a webhook of " + platform;
                case Origin.RECONCILIATION -> "reconciliation with " + platform;
                default -> names.apply(actor);
            };
        }
    }
}
