package io.oauthservice.provider.github;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;

/**
 * The next page that a {@code Link} header names. Only its query is used: a token is sent to no address that a response
 * names, and the service may reach GitHub by another address than GitHub's own.
 *
 * @see <a href="https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api">Pagination</a>
 */
final class NextPage {

    private static final Pattern LINK = Pattern.compile("<[^<>?]*\\?([^<>\\s]{1,500})>([^<]*)");
    private static final Pattern IS_NEXT = Pattern.compile(";\\s*rel=\"?next\"?(?=[\\s;,]|$)");

    private NextPage() {}

    /** Empty on the last page. */
    static Optional<String> query(HttpHeaders headers) {
        List<String> links = headers.getOrEmpty(HttpHeaders.LINK);
        Matcher link = LINK.matcher(String.join(", ", links));
        while (link.find()) {
            if (IS_NEXT.matcher(link.group(2)).find()) {
                return Optional.of(link.group(1));
            }
        }
        return Optional.empty();
    }
}
