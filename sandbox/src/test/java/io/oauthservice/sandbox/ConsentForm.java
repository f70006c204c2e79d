package io.oauthservice.sandbox;

import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The form on a page, filled in as a browser would send it. */
public record ConsentForm(String action, Map<String, String> fields) {

    private static final Pattern ACTION = Pattern.compile("<form method=\"post\" action=\"([^\"]*)\"");
    private static final Pattern INPUT =
            Pattern.compile("<input type=\"(\\w+)\" name=\"([^\"]*)\" value=\"([^\"]*)\"( checked)?>");

    public static ConsentForm in(HttpResponse<String> page) {
        Matcher action = ACTION.matcher(page.body());
        if (!action.find()) {
            throw new AssertionError("No form in " + page.body());
        }
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher input = INPUT.matcher(page.body());
        while (input.find()) {
            if (input.group(1).equals("hidden") || input.group(4) != null) {
                fields.put(input.group(2), input.group(3));
            }
        }
        return new ConsentForm(action.group(1), fields);
    }

    public ConsentForm choosing(String field, String value) {
        Map<String, String> chosen = new LinkedHashMap<>(fields);
        chosen.put(field, value);
        return new ConsentForm(action, chosen);
    }

    public HttpResponse<String> press(SandboxClient client, String decision) {
        return client.form(action, choosing("decision", decision).fields());
    }
}
