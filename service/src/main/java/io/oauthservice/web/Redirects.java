package io.oauthservice.web;

import java.net.URI;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/** Redirects of browsers, which no cache may store. */
public final class Redirects {

    private Redirects() {}

    /** 302, in response to a GET request. */
    public static <T> ResponseEntity<T> found(URI target) {
        return to(HttpStatus.FOUND, target);
    }

    /** 303, in response to a form: the browser requests the target with GET. */
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
