package io.oauthservice;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.ClassPathResource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The two programs of the plain contract: Python scripts if Python is installed, otherwise the same calls in Java. */
final class PlainContractPrograms {

    static final String OWN_TOKEN = "its-own-token";

    private final String base;
    private final WebTestClient http;
    private final boolean python;

    PlainContractPrograms(String base, WebTestClient http) {
        this.base = base;
        this.http = http;
        this.python = isThere();
        if (!python) {
            System.err.println("python3 is not on the PATH: the programs of the plain contract are simulated in Java");
        }
    }

    /** The token that an indexer uses: the service's, or its own if the service returns none. */
    String indexerToken(String orgId) {
        return python ? run("python3", script("indexer.py"), orgId) : tokenOrOwn(orgId);
    }

    /** Whether a dashboard shows the platform as connected. */
    boolean dashboardShowsConnected(String platform) {
        return python
                ? run("python3", script("dashboard.py"), platform).equals("connected")
                : anyInstallation(platform);
    }

    private String tokenOrOwn(String orgId) {
        String body = get("/oauth/token/github?org_id=" + orgId);
        int start = body.indexOf("\"token\":\"");
        return start < 0 || !body.contains("\"available\":true")
                ? OWN_TOKEN
                : body.substring(start).split("\"", -1)[3];
    }

    private boolean anyInstallation(String platform) {
        return get("/oauth/installations?platform=" + platform).contains("\"id\"");
    }

    private String get(String path) {
        String body = http.get()
                .uri(path)
                .exchange()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        return body == null ? "" : body;
    }

    private boolean isThere() {
        try {
            return run("python3", "--version").startsWith("Python 3");
        } catch (IllegalStateException missing) {
            return false;
        }
    }

    private String run(String... command) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(List.of(command)).redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().putAll(Map.of("OAUTH_SERVICE_URL", base, "GITHUB_TOKEN", OWN_TOKEN));
            Process process = builder.start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String script(String name) {
        try {
            return new ClassPathResource("plain-contract/" + name).getFile().getPath();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
