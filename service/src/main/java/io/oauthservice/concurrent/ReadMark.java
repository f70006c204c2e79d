package io.oauthservice.concurrent;

/**
 * When a read of the database began, or a request arrived.
 *
 * @param changes the number of the latest change of which this replica had been notified
 * @param startedAt by {@link System#nanoTime()}
 */
public record ReadMark(long changes, long startedAt) {}
