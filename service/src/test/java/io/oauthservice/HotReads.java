package io.oauthservice;

import io.micrometer.core.instrument.MeterRegistry;

/** What the service's own meter tells of reads that were answered from memory. */
public final class HotReads {

    private HotReads() {}

    /** So many since the start. */
    public static double count(MeterRegistry meters) {
        return meters.get("oauth.token.reads.hot").timer().count();
    }

    /** Whether this reading was answered from memory. */
    public static boolean answer(MeterRegistry meters, Runnable read) {
        double before = count(meters);
        read.run();
        return count(meters) > before;
    }
}
