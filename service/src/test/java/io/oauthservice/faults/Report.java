package io.oauthservice.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which scenario has ended how, and how often; written to {@code target/faults/report.txt} for people to read. */
final class Report {

    private static final Path FILE = Path.of("target", "faults", "report.txt");

    private final Map<String, Map<String, Integer>> ends = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private int cases;
    private int seeds;

    void add(long seed, List<Outcome> outcomes) {
        seeds++;
        for (Outcome outcome : outcomes) {
            cases++;
            String end = outcome.isGood() ? outcome.end() : "FAILED";
            ends.computeIfAbsent(line(outcome), scenario -> new TreeMap<>()).merge(end, 1, Integer::sum);
            outcome.complaints()
                    .forEach(complaint -> failures.add("seed " + seed + " " + line(outcome) + ": " + complaint));
        }
        write();
    }

    private static String line(Outcome outcome) {
        return "%-28s %-14s".formatted(outcome.scenario(), outcome.platform());
    }

    void write() {
        StringBuilder text = new StringBuilder();
        ends.forEach((line, count) -> text.append("%s %s%n".formatted(line, count)));
        text.append("%n%d seeds, %d cases, %d failures%n".formatted(seeds, cases, failures.size()));
        failures.forEach(failure -> text.append(failure).append('\n'));
        try {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
