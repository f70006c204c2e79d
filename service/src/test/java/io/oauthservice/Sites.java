package io.oauthservice;

import java.util.List;
import java.util.stream.IntStream;

/** Atlassian sites that were added at the provider: {@code site-0000} and so on. */
public final class Sites {

    /** The id of the site {@code acme}, which exists from the start. */
    public static final String ACME = "11111111-aaaa-4bbb-8ccc-000000000001";

    private final int number;

    private Sites(int number) {
        this.number = number;
    }

    /** Sites that every existing user can access. */
    public static Sites add(AtlassianControl atlassian, int number) {
        return add(atlassian, number, List.of());
    }

    /** The same, with more people. */
    public static Sites add(AtlassianControl atlassian, int number, List<String> people) {
        Sites sites = new Sites(number);
        atlassian.setAccountLevel(true);
        atlassian.addUsers(people);
        atlassian.addSites(sites.ids());
        return sites;
    }

    public String id(int position) {
        return "site-%04d".formatted(position);
    }

    public List<String> ids() {
        return IntStream.range(0, number).mapToObj(this::id).toList();
    }
}
