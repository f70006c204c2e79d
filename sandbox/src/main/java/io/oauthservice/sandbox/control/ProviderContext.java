package io.oauthservice.sandbox.control;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A provider's addresses, clock and settings. */
public final class ProviderContext {

    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String name;
    private final URI sandbox;
    private final URI callbackBase;
    private final boolean webhooks;
    private final Clock clock;
    private final Settings settings = new Settings();

    /** @param name the path prefix, which is also the provider's name in the control API */
    public ProviderContext(String name, URI sandbox, URI callbackBase, boolean webhooks, Clock clock) {
        this.name = name;
        this.sandbox = sandbox;
        this.callbackBase = callbackBase;
        this.webhooks = webhooks;
        this.clock = clock;
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

    /** Whether this provider sends webhooks (the setting {@code webhooks}). */
    public Setting<Boolean> webhooksSetting() {
        return settings.flag("webhooks", webhooks);
    }

    /** The service's webhook address for this platform. */
    public URI webhooks(String platform) {
        return URI.create(callbackBase + "/oauth/webhooks/" + platform);
    }

    public Settings settings() {
        return settings;
    }

    /** The time that decides about expiry; {@code clock_offset} shifts it, so that tests need not wait. */
    public Instant now() {
        return clock.instant().plus(settings.clockOffset());
    }

    /** The time that callers see, as in the {@code Date} header: the machine's, in whole seconds. */
    public Instant visibleNow() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    /** A moment of {@link #now} as callers see it, in whole seconds. */
    public Instant visible(Instant moment) {
        return moment.minus(settings.clockOffset()).truncatedTo(ChronoUnit.SECONDS);
    }

    /** The machine's time in milliseconds, for the list of calls. */
    Instant callTime() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** This many random randomLetters and digits. */
    public String randomLetters(int count) {
        return random(count, LETTERS);
    }

    /** This many random characters of base64url, which has a dash and an underscore beside randomLetters and digits. */
    public String randomBase64Url(int count) {
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
