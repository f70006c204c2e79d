package io.oauthservice.web;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** A page rendered from a Mustache template. The template is read at start, because event loops must not read files. */
public final class HtmlPage {

    private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);

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
        try {
            String text =
                    new ClassPathResource("templates/" + name + ".mustache").getContentAsString(StandardCharsets.UTF_8);
            String policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
                    + "frame-ancestors 'none'; " + allows;
            return new HtmlPage(Mustache.compiler().compile(text), policy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
