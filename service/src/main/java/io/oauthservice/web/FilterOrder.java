package io.oauthservice.web;

import org.springframework.core.Ordered;

/** The order of the filters of regular request handling: a lower one comes first. */
public final class FilterOrder {

    /** Rejects unknown hosts, and adds the security headers to every response. */
    public static final int HOST = Ordered.HIGHEST_PRECEDENCE;

    /** Identifies the caller, by its credential or by its session: a path belongs to one of the two filters. */
    public static final int AUTHENTICATION = 0;

    /** Limits the concurrent requests of the caller. */
    public static final int CONCURRENCY = 1;

    /** Puts the origin of the request into its context, for the audit. */
    public static final int ORIGIN = 2;

    /** Moves requests for files to threads that may block. */
    public static final int FILES = 3;

    private FilterOrder() {}
}
