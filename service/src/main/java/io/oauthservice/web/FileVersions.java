package io.oauthservice.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.boot.webflux.autoconfigure.ResourceHandlerRegistrationCustomizer;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.config.ResourceHandlerRegistration;

/**
 * Browsers ask with each use whether a static file has changed: a page of one version must not use the script of
 * another. Its content decides. Its time does not, because reproducible builds give the files of all versions the same
 * one.
 */
@Component
class FileVersions implements ResourceHandlerRegistrationCustomizer {

    @Override
    public void customize(ResourceHandlerRegistration files) {
        files.setCacheControl(CacheControl.noCache()).setUseLastModified(false).setEtagGenerator(FileVersions::etag);
    }

    private static String etag(Resource file) {
        try {
            return ETag.of(file.getContentAsByteArray()).value();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
