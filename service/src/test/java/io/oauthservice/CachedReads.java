package io.oauthservice;

import io.micrometer.core.instrument.MeterRegistry;

/** Token reads that were served from the cache, by the service's own metric. */
public final class CachedReads {

    private CachedReads() {}

    /** Their number since the start. */
    public static double count(MeterRegistry meters) {
        return meters.get("oauth.token.reads.cached").timer().count();
    }

    /** Whether this read was served from the cache. */
    public static boolean isServedFromCache(MeterRegistry meters, Runnable read) {
        double before = count(meters);
        read.run();
        return count(meters) > before;
    }
}
