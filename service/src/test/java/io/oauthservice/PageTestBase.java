package io.oauthservice;

import io.oauthservice.Browser.Page;
import io.oauthservice.local.LocalProperties;

/** A test of the page at {@code /}, in a browser without scripts. */
public abstract class PageTestBase extends ServiceTestBase {

    protected final Browser browser = new Browser();

    /** Signs in with a key that has every permission. */
    protected Page signIn() {
        return signIn(LocalProperties.API_KEY);
    }

    protected Page signIn(String key) {
        return open("/").type("key", key).submit("/ui/sign-in");
    }

    protected Page open(String path) {
        return browser.open(base + path);
    }
}
