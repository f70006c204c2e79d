package io.oauthservice.install;

import io.oauthservice.access.Callers;
import io.oauthservice.core.Secret;
import io.oauthservice.link.InstallLink;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.web.HtmlPage;
import io.oauthservice.web.PublicAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The page before a flow with an install link: the requester, the expected account, and the form that starts the flow.
 */
@Component
class LinkPage {

    private final HtmlPage page;
    private final ExpectedAccounts accounts;
    private final Callers callers;

    LinkPage(PublicAddress address, ExpectedAccounts accounts, Callers callers) {
        this.page = HtmlPage.ofForm("link", HtmlPage.formActionOfFlows(address));
        this.accounts = accounts;
        this.callers = callers;
    }

    Mono<ResponseEntity<String>> show(GuardedProvider provider, InstallLink link, Secret secret, String token) {
        return accounts.name(link).map(expected -> {
            Map<String, Object> model = new HashMap<>();
            model.put("title", "Connect " + provider.displayName());
            model.put("platform", provider.displayName());
            model.put("platformId", provider.platform().id());
            model.put("requester", callers.displayName(link.terms().createdBy()));
            model.put("expected", expected);
            model.put("hasExpected", !expected.isEmpty());
            model.put("hasLabels", !link.terms().labels().isEmpty());
            model.put("labels", labels(link));
            model.put("link", secret.value());
            model.put("token", token);
            return page.show(HttpStatus.OK, model);
        });
    }

    private static List<String> labels(InstallLink link) {
        return new TreeMap<>(link.terms().labels())
                .entrySet().stream()
                        .map(label -> label.getKey() + ": " + label.getValue())
                        .toList();
    }
}
