package io.oauthservice.provider.github;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;

class NextPageTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<https://api.github.com/user/installations?per_page=100&page=2>; rel=\"next\" | per_page=100&page=2",
                "<https://x.test/a?page=1>; rel=\"prev\", <https://x.test/a?page=3>; rel=\"next\" | page=3",
                "<https://x.test/a?page=3>; rel=next, <https://x.test/a?page=9>; rel=\"last\" | page=3",
                "<https://x.test/a?cursor=v1_5&per_page=2>; rel=\"next\"; title=\"more\" | cursor=v1_5&per_page=2",
            })
    void theQueryOfTheNextPageIsRead(String link, String query) {
        assertThat(NextPage.query(withLink(link))).contains(query);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<https://x.test/a?page=1>; rel=\"prev\", <https://x.test/a?page=1>; rel=\"first\"",
                "<https://x.test/a>; rel=\"next\"",
                "<https://x.test/a?page=2>; rel=\"nextish\"",
                "https://x.test/a?page=2; rel=\"next\"",
                "<",
            })
    void otherLinksAreNoNextPage(String link) {
        assertThat(NextPage.query(withLink(link))).isEmpty();
    }

    @Test
    void theLastPageHasNoLink() {
        assertThat(NextPage.query(new HttpHeaders())).isEmpty();
    }

    private static HttpHeaders withLink(String link) {
        HttpHeaders headers = new HttpHeaders();
        headers.add(HttpHeaders.LINK, link);
        return headers;
    }
}
