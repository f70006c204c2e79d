package io.oauthservice.sandbox.control;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What a provider is given: its addresses, its time and its settings. */
public final class ProviderContext {

    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String name;
    private final URI sandbox;
    private final URI callbackBase;
    private final Clock clock;
    private final Settings settings = new Settings();

    public ProviderContext(String name, URI sandbox, URI callbackBase, Clock clock) {
        this.name = name;
        this.sandbox = sandbox;
        this.callbackBase = callbackBase;
        this.clock = clock;
    }

    /** The path prefix, which is also the provider's name in the control API. */
    public String name() {
        return name;
    }

    /** An address of this provider; the path begins after its prefix. */
    public URI url(String path) {
        return URI.create(sandbox + "/" + name + path);
    }

    /** An address of this provider that is not below its prefix. */
    public URI rootUrl(String path) {
        return URI.create(sandbox + path);
    }

    /** The redirect URI that is registered for this platform of the service. */
    public URI callback(String platform) {
        return URI.create(callbackBase + "/oauth/callback/" + platform);
    }

    /** Where the service takes webhooks of this platform. */
    public URI webhooks(String platform) {
        return URI.create(callbackBase + "/oauth/webhooks/" + platform);
    }

    public Settings settings() {
        return settings;
    }

    /** The time by which things expire: {@code clock_offset} moves it, so that nobody has to sleep. */
    public Instant now() {
        return clock.instant().plus(settings.clockOffset());
    }

    /** The time that callers are told and judged by, as the {@code Date} header has it: the machine's, in seconds. */
    public Instant wireTime() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    /** A moment of {@link #now} as callers are told it, in whole seconds. */
    public Instant onTheWire(Instant moment) {
        return moment.minus(settings.clockOffset()).truncatedTo(ChronoUnit.SECONDS);
    }

    /** The machine's time, to tell the order of calls by. */
    Instant callTime() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** This many random letters and digits. */
    public String letters(int count) {
        return random(count, LETTERS);
    }

    /** This many random characters of base64url, which has a dash and an underscore beside letters and digits. */
    public String base64Url(int count) {
        return random(count, LETTERS + "-_");
    }

    private static String random(int count, String alphabet) {
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append(alphabet.charAt(RANDOM.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
