package io.oauthservice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jsoup.Connection;
import org.jsoup.Connection.Method;
import org.jsoup.Connection.Response;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.FormElement;

/** A person's browser: keeps cookies, follows redirects, presses buttons. One object, one browser. */
public final class Browser {

    private static final int TIMEOUT_MILLIS = 20_000;

    private final Connection session = Jsoup.newSession()
            .timeout(TIMEOUT_MILLIS)
            .ignoreHttpErrors(true)
            .ignoreContentType(true)
            .followRedirects(true);

    /** Opens an address and follows redirects to the last page. */
    public Page open(String url) {
        return go(session.newRequest(url));
    }

    /** Connects the organisation in an install flow. Fails unless the last page says so. */
    public void connect(String base, String platform, String organisation) {
        Page page =
                open(base + "/oauth/install/" + platform).choose(organisation).press("approve");
        // GitHub asks a second time if the app is already installed.
        Page done = page.url().startsWith(base) ? page : page.press("approve");
        if (!done.heading().equals("Connected")) {
            throw new AssertionError(done.text());
        }
    }

    /** Opens an address without following redirects; {@code Location} has the target. */
    public Page openWithoutFollowing(String url) {
        return go(session.newRequest(url).followRedirects(false));
    }

    /** Sends a HEAD request as link checkers do, without following redirects. */
    public Page head(String url) {
        return go(session.newRequest(url).method(Method.HEAD).followRedirects(false));
    }

    private static Page go(Connection request) {
        try {
            Response response = request.header("Accept", "text/html,*/*;q=0.8").execute();
            return new Page(response, response.parse());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the browser shows. */
    public record Page(Response response, Document document) {

        /** Follows the redirect at which the browser stopped. */
        public Page follow() {
            return go(document.connection()
                    .newRequest(location())
                    .method(Method.GET)
                    .followRedirects(true));
        }

        public int status() {
            return response.statusCode();
        }

        public String url() {
            return response.url().toString();
        }

        public String heading() {
            return Objects.requireNonNull(document.selectFirst("h1")).text();
        }

        public String text() {
            return document.text();
        }

        public String location() {
            return Objects.requireNonNull(response.header("Location"));
        }

        /** Chooses a radio button, by its value. */
        public Page choose(String value) {
            Element radio = Objects.requireNonNull(
                    document.selectFirst("input[type=radio][value=" + value + "]"), () -> "no choice " + value);
            document.select("input[type=radio][name=" + radio.attr("name") + "]")
                    .removeAttr("checked");
            radio.attr("checked", "checked");
            return this;
        }

        /** Clears a checkbox, by the end of its name. */
        public Page deselect(String name) {
            Objects.requireNonNull(
                            document.selectFirst("input[type=checkbox][name$=\"" + name + "\"]"),
                            () -> "no checkbox " + name)
                    .removeAttr("checked");
            return this;
        }

        /** Types into the field of this name. */
        public Page type(String name, String text) {
            Objects.requireNonNull(document.selectFirst("input[name=" + name + "]"), () -> "no field " + name)
                    .val(text);
            return this;
        }

        /** Submits the form with this action and follows redirects to the last page. */
        public Page submit(String action) {
            return go(form(action).followRedirects(true));
        }

        /** Submits the form and stops at the first redirect. */
        public Page submitWithoutFollowing(String action) {
            return go(form(action).followRedirects(false));
        }

        private Connection form(String action) {
            FormElement form = (FormElement) Objects.requireNonNull(
                    document.selectFirst("form[action=" + action + "]"), () -> "no form " + action + ": " + text());
            return form.submit();
        }

        /** Presses the button with this value and follows redirects to the last page. */
        public Page press(String decision) {
            return go(pressed(decision));
        }

        /** Presses the button and stops at the first redirect. */
        public Page pressWithoutFollowing(String decision) {
            return go(pressed(decision).followRedirects(false));
        }

        private Connection pressed(String decision) {
            Element button = Objects.requireNonNull(
                    document.selectFirst("button[value=" + decision + "]"),
                    () -> "no button " + decision + ": " + text());
            FormElement form = (FormElement) Objects.requireNonNull(button.closest("form"));
            return form.submit().data(button.attr("name"), decision).followRedirects(true);
        }
    }
}
