package io.oauthservice.web;

import java.net.URI;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/** Redirects of browsers, which no cache may store. */
public final class Redirects {

    private Redirects() {}

    /** In response to a page's address. */
    public static <T> ResponseEntity<T> found(URI target) {
        return to(HttpStatus.FOUND, target);
    }

    /** In response to a form: the browser gets the target. */
    public static <T> ResponseEntity<T> seeOther(URI target) {
        return to(HttpStatus.SEE_OTHER, target);
    }

    private static <T> ResponseEntity<T> to(HttpStatus status, URI target) {
        return ResponseEntity.status(status)
                .location(target)
                .cacheControl(CacheControl.noStore())
                .build();
    }
}
