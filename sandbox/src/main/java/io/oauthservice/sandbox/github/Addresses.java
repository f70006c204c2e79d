package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.http.Request;

/**
 * The addresses of GitHub's pages and REST API, as on an Enterprise Server. They exist below {@code /github} and
 * at the host's root, for clients that take a host only.
 *
 * @param web the base address of pages
 * @param api the base address of the REST API
 */
record Addresses(String web, String api) {

    /** The path prefixes under which the layout exists. */
    static final String PREFIX = "/github";

    static final String ROOT = "";

    /** The addresses below {@code /github}, for webhooks. */
    static Addresses of(ProviderContext context) {
        return below(context, PREFIX);
    }

    /** The addresses with the prefix that the request used. */
    static Addresses of(ProviderContext context, Request request) {
        return below(context, request.path().startsWith(PREFIX + "/") ? PREFIX : ROOT);
    }

    private static Addresses below(ProviderContext context, String prefix) {
        String web = context.rootUrl(prefix).toString();
        return new Addresses(web, web + "/api/v3");
    }

    String web(String path) {
        return web + path;
    }

    String api(String path) {
        return api + path;
    }

    /** The page on which an owner configures this installation. */
    String configure(Account account, GitHubInstallation installation) {
        return web("/organizations/" + account.login() + "/settings/installations/" + installation.id());
    }
}
