package io.oauthservice.sandbox.http;

import org.jspecify.annotations.Nullable;

/** A plain HTML page with at most one form. It needs no JavaScript and escapes all values. */
public final class Page {

    private static final String STYLE = """
            body{font:16px/1.5 system-ui,sans-serif;color:#1f2328;background:#f6f8fa;margin:0}
            main{max-width:34rem;margin:3rem auto;padding:1.5rem 2rem;background:#fff;border:1px solid #d1d9e0;\
            border-radius:8px}
            h1{font-size:1.4rem;margin:0 0 .5rem}.sandbox{color:#9a6700;font-size:.85rem;margin:0 0 1rem}
            label{display:block;padding:.4rem 0}
            button{font:inherit;padding:.4rem 1rem;margin-right:.5rem;border-radius:6px;border:1px solid #d1d9e0;\
            background:#f6f8fa;cursor:pointer}button:first-of-type{background:#1f883d;color:#fff}
            """;

    private final String provider;
    private final String title;
    private final StringBuilder content = new StringBuilder();
    private String closing = "";

    /** Creates a page; its title always names the sandbox. */
    public Page(String provider, String title) {
        this.provider = escape(provider);
        this.title = escape(title);
    }

    public Page paragraph(String text) {
        return add("<p>" + escape(text) + "</p>");
    }

    /** Opens the form that posts to this address; everything added later is part of it. */
    public Page form(String action) {
        closing = "</form>";
        return add("<form method=\"post\" action=\"" + escape(action) + "\">");
    }

    /** Adds a hidden value; null adds nothing. */
    public Page hiddenField(String name, @Nullable Object value) {
        return value == null ? this : add("<input type=\"hidden\"" + attributes(name, value) + ">");
    }

    public Page radio(String name, Object value, String label, boolean checked) {
        return input("radio", name, value, label, checked);
    }

    public Page checkbox(String name, Object value, String label, boolean checked) {
        return input("checkbox", name, value, label, checked);
    }

    public Page button(String name, String value, String label) {
        return add("<button type=\"submit\"" + attributes(name, value) + ">" + escape(label) + "</button>");
    }

    public Reply reply(int status) {
        return Reply.html(status, html())
                .with("Cache-Control", "no-store")
                .with("Referrer-Policy", "no-referrer")
                .with(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    }

    private String html() {
        return """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><title>%s · %s sandbox</title><style>%s</style></head>
                <body><main><h1>%s</h1><p class="sandbox">This is the %s sandbox on your machine: nothing here is real.</p>
                %s%s</main></body></html>
                """.formatted(title, provider, STYLE, title, provider, content, closing);
    }

    private Page input(String type, String name, Object value, String label, boolean checked) {
        String mark = checked ? " checked" : "";
        return add("<label><input type=\"" + type + "\"" + attributes(name, value) + mark + "> " + escape(label)
                + "</label>");
    }

    private Page add(String html) {
        content.append(html).append('\n');
        return this;
    }

    private static String attributes(String name, Object value) {
        return " name=\"" + escape(name) + "\" value=\"" + escape(value.toString()) + "\"";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
