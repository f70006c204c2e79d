package io.oauthservice.web;

/**
 * A bean that lets requests of a feature carry more than 16 KB. The feature bounds what it keeps of them.
 *
 * @param path what the paths begin with
 * @param bytes the largest body
 */
public record LargeBodies(String path, long bytes) {}
