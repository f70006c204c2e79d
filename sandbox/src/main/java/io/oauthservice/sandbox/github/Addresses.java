package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.stage.Stage;
import io.oauthservice.sandbox.wire.Request;

/**
 * Where GitHub's pages and its REST API are. The layout is an Enterprise Server's; it exists below {@code /github} and
 * at the host's root, for clients that take a host only.
 *
 * @param web the base address of pages
 * @param api the base address of the REST API
 */
record Addresses(String web, String api) {

    /** The path prefixes under which the layout exists. */
    static final String PREFIX = "/github";

    static final String ROOT = "";

    /** The layout below {@code /github}, for what no request asks for. */
    static Addresses of(Stage stage) {
        return below(stage, PREFIX);
    }

    /** The layout that the request used, so that a client never leaves it. */
    static Addresses of(Stage stage, Request request) {
        return below(stage, request.path().startsWith(PREFIX + "/") ? PREFIX : ROOT);
    }

    private static Addresses below(Stage stage, String prefix) {
        String web = stage.rootUrl(prefix).toString();
        return new Addresses(web, web + "/api/v3");
    }

    String web(String path) {
        return web + path;
    }

    String api(String path) {
        return api + path;
    }

    /** Where an owner configures this installation, outside of any flow. */
    String configure(Account account, Installation installation) {
        return web("/organizations/" + account.login() + "/settings/installations/" + installation.id());
    }
}
