package io.oauthservice.web;

/**
 * A bean that permits bodies above 16 KB for requests of a feature. The feature limits how much of them it stores.
 *
 * @param path what the paths begin with
 * @param bytes the largest body
 */
public record LargeBodies(String path, long bytes) {}
