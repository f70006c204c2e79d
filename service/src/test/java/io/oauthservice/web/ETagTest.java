package io.oauthservice.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms of If-None-Match that clients and proxies send. */
class ETagTest {

    private final ETag etag = ETag.of("revision");
    private final String opaque = etag.value().replace("\"", "");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"%s\"",
                "W/\"%s\"",
                "\"%s-gzip\"",
                "W/\"%s--gzip\"",
                "\"%s-br\"",
                "\"other\", W/\"%s\"",
                "\"a-b\",\"%s-zstd\", \"c\"",
                "*",
                " * "
            })
    void everyFormOfTheETagMatches(String header) {
        assertThat(etag.isNamedIn(header.formatted(opaque))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"other\"",
                "%s",
                "\"%sx\"",
                "\"%s-\"",
                "\"%s-gzip",
                "\"x%s-gzip\"",
                "\"%s-GZIP-2\"",
                "",
                "\"*\""
            })
    void anotherETagDoesNotMatch(String header) {
        assertThat(etag.isNamedIn(header.formatted(opaque))).isFalse();
    }

    @Test
    void aRequestWithoutTheHeaderGetsTheBody() {
        assertThat(etag.isNamedIn(null)).isFalse();
    }
}
