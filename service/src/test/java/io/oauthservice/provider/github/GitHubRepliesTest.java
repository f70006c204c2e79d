package io.oauthservice.provider.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.InstallationInfo.Organisation;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** GitHub's schema allows an installation without an account. */
class GitHubRepliesTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static JsonNode json(String text) {
        return JSON.readTree(text.replace('\'', '"'));
    }

    @Test
    void anInstallationWithoutAnAccountIsIdentifiedByItsTarget() {
        InstallationInfo info = GitHubReplies.info(
                json("{'id':42,'account':null,'target_id':9001,'target_type':'Organization'}"), null);

        assertThat(info.grantKey()).isEqualTo("inst:9001");
        assertThat(info.organisations()).containsExactly(new Organisation("9001", null, null));
    }

    @Test
    void aUsersGrantCoversAnInstallationWithoutAnAccount() {
        InstallationInfo info = GitHubReplies.userInfo(
                json("{'id':55,'login':'dev-dana'}"), List.of(json("{'id':42,'account':null,'target_id':9001}")));

        assertThat(info.main().id()).isEqualTo("9001");
    }

    @Test
    void aRequestWithoutAnAccountIsSkipped() {
        List<JsonNode> requests = List.of(
                json("{'requester':{'id':55},'account':null}"),
                json("{'requester':{'id':55},'account':{'id':9002,'login':'globex'}}"));

        List<InstallationInfo> found = GitHubReplies.requestsBy(json("{'id':55,'login':'dev-dana'}"), requests);

        assertThat(found).extracting(request -> request.main().id()).containsExactly("9002");
    }
}
