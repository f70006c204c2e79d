package io.oauthservice.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts the results of each scenario, and writes them to {@code target/faults/report.txt} with all failures. */
final class Report {

    private static final Path FILE = Path.of("target", "faults", "report.txt");

    private final Map<String, Map<String, Integer>> results = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private int cases;
    private int seeds;

    void add(long seed, List<Outcome> outcomes) {
        seeds++;
        for (Outcome outcome : outcomes) {
            cases++;
            String result = outcome.isAsExpected() ? outcome.result() : "FAILED";
            results.computeIfAbsent(line(outcome), scenario -> new TreeMap<>()).merge(result, 1, Integer::sum);
            outcome.failures().forEach(failure -> failures.add("seed " + seed + " " + line(outcome) + ": " + failure));
        }
        write();
    }

    private static String line(Outcome outcome) {
        return "%-28s %-14s".formatted(outcome.scenario(), outcome.platform());
    }

    void write() {
        StringBuilder text = new StringBuilder();
        results.forEach((line, count) -> text.append("%s %s%n".formatted(line, count)));
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
