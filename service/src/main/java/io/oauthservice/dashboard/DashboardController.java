package io.oauthservice.dashboard;

import io.oauthservice.access.Caller;
import io.oauthservice.audit.LastUses;
import io.oauthservice.entitlement.CallerInstallations;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.listing.InstallationCounts;
import io.oauthservice.listing.InstallationCounts.Count;
import io.oauthservice.listing.InstallationList;
import io.oauthservice.listing.InstallationPage;
import io.oauthservice.outbox.OutboxMetrics;
import io.oauthservice.provider.Providers;
import io.oauthservice.session.Session;
import io.oauthservice.web.ProblemException;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The page at {@code /}: the platforms and the list of installations. Works without a script. */
@RestController
@Hidden
class DashboardController {

    private final InstallationList list;
    private final CallerInstallations callerInstallations;
    private final LastUses lastUses;
    private final InstallationCounts counts;
    private final Providers providers;
    private final OutboxMetrics outbox;
    private final Pages pages;

    DashboardController(
            InstallationList list,
            CallerInstallations callerInstallations,
            LastUses lastUses,
            InstallationCounts counts,
            Providers providers,
            OutboxMetrics outbox,
            Pages pages) {
        this.list = list;
        this.callerInstallations = callerInstallations;
        this.lastUses = lastUses;
        this.counts = counts;
        this.providers = providers;
        this.outbox = outbox;
        this.pages = pages;
    }

    @GetMapping("/")
    Mono<ResponseEntity<String>> page(ServerWebExchange exchange) {
        Session session = Session.of(exchange);
        MultiValueMap<String, String> query = exchange.getRequest().getQueryParams();
        if (!session.caller().may(Caller.INSTALLATIONS_READ)) {
            return Mono.fromSupplier(() -> pages.list(HttpStatus.FORBIDDEN, session, platforms(List.of())));
        }
        ListQuery selected = selection(query);
        return Mono.zip(model(selected, session.caller()), notice(query, session.caller()), (model, notice) -> {
            notice.ifPresent(shown -> model.put("notice", shown));
            model.put("htmx", true);
            model.put("live", true);
            model.putAll(filters(selected));
            return pages.list(HttpStatus.OK, session, model);
        });
    }

    private Mono<Optional<Notice>> notice(MultiValueMap<String, String> query, Caller caller) {
        return isAfterFlow(query)
                ? Mono.justOrEmpty(Notice.installation(query))
                        .flatMap(id -> callerInstallations.findReadable(caller, id))
                        .onErrorResume(ProblemException.class, notFound -> Mono.empty())
                        .flatMap(found -> Mono.justOrEmpty(pages.shown(found, null, caller, ListQuery.NONE)))
                        .map(connected -> Notice.ofConnect(query, providers, connected))
                        .switchIfEmpty(Mono.fromSupplier(() -> Notice.ofConnect(query, providers, null)))
                : Mono.just(Optional.empty());
    }

    /** The part of the page that changes with the selected installations. */
    @GetMapping("/ui/list")
    Mono<ResponseEntity<String>> part(ServerWebExchange exchange) {
        Caller caller = Session.of(exchange).caller();
        caller.require(Caller.INSTALLATIONS_READ);
        ListQuery selected = selection(exchange.getRequest().getQueryParams());
        return model(selected, caller).map(model -> {
            model.put("part", true);
            return pages.part(selected.address(selected.after()), model);
        });
    }

    /** A flow that has returned to the page selects nothing: {@code status} is that of the flow. */
    private static ListQuery selection(MultiValueMap<String, String> query) {
        return isAfterFlow(query) ? ListQuery.NONE : ListQuery.of(query);
    }

    private static boolean isAfterFlow(MultiValueMap<String, String> query) {
        return query.containsKey(Notice.PLATFORM);
    }

    private Mono<Map<String, Object>> model(ListQuery selected, Caller caller) {
        return list.page(selected.filter(caller.visibleOrganisations()))
                .flatMap(found -> rows(found, selected, caller))
                .zipWith(counts.read(caller.visibleOrganisations()).collectList(), (rows, counted) -> {
                    Map<String, Object> model = platforms(counted);
                    model.put("mayRead", true);
                    if (!caller.isLimited()) {
                        model.put("events", ShownEvents.of(outbox.last()));
                        model.put("mayMakeLinks", true);
                    }
                    model.put("none", counted.isEmpty());
                    model.putAll(rows);
                    return model;
                });
    }

    private Map<String, Object> platforms(List<Count> counted) {
        Map<String, Object> model = new HashMap<>();
        model.put(
                "platforms",
                providers.all().stream()
                        .map(provider -> ShownPlatform.of(provider, counted))
                        .toList());
        return model;
    }

    private Map<String, Object> filters(ListQuery selected) {
        Stream<Choice> platforms = providers.all().stream()
                .map(provider -> Choice.of(provider.platform().id(), provider.displayName(), selected.platform()));
        Stream<Choice> statuses = Arrays.stream(InstallationStatus.values())
                .map(status -> Choice.of(status.code(), StatusTexts.label(status), selected.status()));
        return Map.of(
                "q", selected.text(),
                "labelFields", LabelField.of(selected.labels()),
                "platformChoices", platforms.toList(),
                "statusChoices",
                        Stream.concat(
                                        statuses,
                                        Stream.of(Choice.of(
                                                ListQuery.ALL, "All, including disconnected", selected.status())))
                                .toList());
    }

    private Mono<Map<String, Object>> rows(InstallationPage found, ListQuery selected, Caller caller) {
        return lastUses.find(found.installations())
                .map(uses -> found.installations().stream()
                        .flatMap(one -> pages.shown(one, uses.get(one.id()), caller, selected).stream())
                        .toList())
                .map(rows -> rows(rows, found, selected));
    }

    private static Map<String, Object> rows(List<ShownInstallation> rows, InstallationPage found, ListQuery selected) {
        Map<String, Object> model = new HashMap<>();
        model.put("rows", rows);
        model.put("found", countText(rows.size(), selected.after() != null || found.next() != null));
        model.put("hasRows", !rows.isEmpty());
        model.put("filtered", !rows.isEmpty() && selected.hasFilters());
        model.put("first", selected.after() == null ? "" : selected.address(null));
        model.put("next", found.next() == null ? "" : selected.address(found.next()));
        return model;
    }

    private static String countText(int rows, boolean isPart) {
        return rows + (rows == 1 ? " installation" : " installations") + (isPart ? " on this page" : "");
    }

    /** An option of a filter. */
    record Choice(String value, String label, boolean selected) {

        static Choice of(String value, String label, String selected) {
            return new Choice(value, label, value.equals(selected));
        }
    }

    /** A field of the filter, for one label each; there is always one. */
    record LabelField(String id, String name, String value) {

        static List<LabelField> of(List<String> labels) {
            return IntStream.range(0, Math.max(1, labels.size()))
                    .mapToObj(i -> i == 0
                            ? new LabelField("label", "Label", labels.isEmpty() ? "" : labels.getFirst())
                            : new LabelField("label-" + (i + 1), "Label " + (i + 1), labels.get(i)))
                    .toList();
        }
    }
}
