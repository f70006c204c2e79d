package io.oauthservice.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** If-None-Match as clients and the proxies before them write it. */
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
    void whatNamesTheAnswerIsUnderstood(String header) {
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
    void whatNamesAnotherAnswerIsNot(String header) {
        assertThat(etag.isNamedIn(header.formatted(opaque))).isFalse();
    }

    @Test
    void aCallerWithoutTheHeaderGetsTheAnswer() {
        assertThat(etag.isNamedIn(null)).isFalse();
    }
}
