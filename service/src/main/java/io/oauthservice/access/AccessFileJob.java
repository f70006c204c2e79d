package io.oauthservice.access;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.oauthservice.access.AccessFile.Content;
import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.startup.SettingException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Polls the access file, and adopts a content that two reads in a row have found, because half a file may be valid too.
 * Does not watch the file: Kubernetes replaces a symbolic link instead.
 */
@Component
class AccessFileJob {

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(AccessFileJob.class);

    private final AccessFile file;
    private final Clients clients;
    private final KeyExpiry expiry;
    private final MultiGauge info;

    private Content adopted;
    private Content latest;
    private @Nullable Content rejected;
    private volatile boolean valid = true;

    AccessFileJob(AccessFile file, Clients clients, KeyExpiry expiry, MeterRegistry meters) {
        this.file = file;
        this.clients = clients;
        this.expiry = expiry;
        this.adopted = clients.atStart();
        this.latest = adopted;
        this.info = MultiGauge.builder("oauth.access.file.info")
                .description("The SHA-256 of the access file that is in use")
                .register(meters);
        if (file.isConfigured()) {
            Gauge.builder("oauth.access.file.valid", () -> valid ? 1 : 0)
                    .description("Whether the access file can be used as it is now")
                    .register(meters);
            publish();
        }
    }

    @Bean
    BackgroundLoop accessFileLoop() {
        return new BackgroundLoop(
                AccessFileJob.class, INTERVAL, "Failed to read the access file", () -> Mono.fromRunnable(this::run));
    }

    void run() {
        poll();
        expiry.announce(clients.current());
    }

    private void poll() {
        Content read = file.read();
        if (read.equals(adopted)) {
            rejected = null;
            valid = true;
        } else if (read.equals(latest) && !read.equals(rejected)) {
            adopt(read);
        }
        latest = read;
    }

    private void adopt(Content content) {
        try {
            clients.adopt(content);
            adopted = content;
            rejected = null;
            valid = true;
            publish();
            log.info("Access file adopted: sha256={}", content.sha256());
        } catch (SettingException e) {
            rejected = content;
            valid = false;
            log.warn("Access file rejected, the previous API clients remain: error={}", e.getMessage());
        }
    }

    private void publish() {
        info.register(List.of(MultiGauge.Row.of(Tags.of("sha256", adopted.sha256()), 1)), true);
    }
}
