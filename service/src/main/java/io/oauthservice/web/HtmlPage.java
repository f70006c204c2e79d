package io.oauthservice.web;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** A page rendered from a Mustache template. The template is read at start, because event loops must not read files. */
public final class HtmlPage {

    private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);

    private static final Pattern PARTIAL = Pattern.compile("\\{\\{>([a-z-]+)}}\n?");
    private static final Mustache.Compiler COMPILER =
            Mustache.compiler().nullValue("").emptyStringIsFalse(true);

    private final Template template;
    private final String contentSecurityPolicy;

    private HtmlPage(Template template, String contentSecurityPolicy) {
        this.template = template;
        this.contentSecurityPolicy = contentSecurityPolicy;
    }

    /**
     * Reads the template.
     *
     * @param name the name of the file in {@code templates/}, without its extension
     * @param allows what the page may load and do besides its style sheet, as CSP directives
     */
    public static HtmlPage of(String name, String allows) {
        return of(name, "'none'", allows);
    }

    /**
     * Reads the template of a page that has a form.
     *
     * @param formAction where the form may lead, redirects included, as CSP sources
     */
    public static HtmlPage ofForm(String name, String formAction) {
        return of(name, formAction, "");
    }

    /**
     * Where a form may lead that starts a flow, as CSP sources. Browsers apply {@code form-action} to every redirect
     * after a form, and a provider redirects to its sign-in, whose host the organisation may choose.
     */
    public static String formActionOfFlows(PublicAddress address) {
        return address.isSecure() ? "'self' https:" : "'self' https: http:";
    }

    /** As {@link #ofForm(String, String)} and {@link #of(String, String)}. */
    public static HtmlPage of(String name, String formAction, String allows) {
        try {
            String policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action " + formAction
                    + "; frame-ancestors 'none'; " + allows;
            return new HtmlPage(COMPILER.compile(read(name)), policy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The template with its partials, such as {@code {{>head}}}, which JMustache would read when it renders the first
     * page.
     */
    private static String read(String name) throws IOException {
        String text =
                new ClassPathResource("templates/" + name + ".mustache").getContentAsString(StandardCharsets.UTF_8);
        Matcher partial = PARTIAL.matcher(text);
        StringBuilder whole = new StringBuilder();
        while (partial.find()) {
            partial.appendReplacement(whole, Matcher.quoteReplacement(read(partial.group(1))));
        }
        return partial.appendTail(whole).toString();
    }

    /** Renders the page. All values of the model are escaped. */
    public ResponseEntity<String> show(HttpStatus status, Map<String, Object> model) {
        return ResponseEntity.status(status)
                .contentType(HTML)
                .cacheControl(CacheControl.noStore())
                .header("Content-Security-Policy", contentSecurityPolicy)
                .body(template.execute(model));
    }
}
