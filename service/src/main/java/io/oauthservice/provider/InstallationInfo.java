package io.oauthservice.provider;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who and what a grant reaches. Texts are cleaned of control characters and cut to what can be stored; an id that cannot be
 * stored is refused with {@link ProviderException.BadRequest}.
 *
 * @param grantKey the grant's natural key at this provider: the same grant has the same key after a reinstall
 * @param organisations at least one, the main one first
 * @param externalInstallId the provider's own id of the installation, where it has one
 * @param externalUserId null: the organisation's grant; else a user's
 * @param metadata what a person wants to see beside it; an allow-list, nothing secret
 * @param installedBy who gave the consent, as the provider names people
 * @param suspended whether the provider has suspended it
 * @param personal whether it stands for its user alone and never for an organisation: it is served to those only who name
 *     the user
 */
public record InstallationInfo(
        String grantKey,
        List<Organisation> organisations,
        @Nullable String externalInstallId,
        @Nullable String externalUserId,
        Map<String, Object> metadata,
        @Nullable String installedBy,
        boolean suspended,
        boolean personal) {

    public InstallationInfo {
        grantKey = StorableText.id("grant key", grantKey, StorableText.LONGEST_KEY);
        externalInstallId = StorableText.optionalId("installation id", externalInstallId);
        externalUserId = StorableText.optionalId("user id", externalUserId);
        installedBy = StorableText.name(installedBy);
        organisations = List.copyOf(organisations);
        metadata = StorableText.metadata(metadata);
        if (organisations.isEmpty()) {
            throw new IllegalArgumentException("a grant reaches at least one organisation");
        }
    }

    /** The grant without its tokens. */
    public Grant grant() {
        return new Grant(grantKey, externalInstallId, externalUserId, null, null);
    }

    /** The first organisation. */
    public Organisation main() {
        return organisations.getFirst();
    }

    /**
     * A GitHub account, an Atlassian site, a Slack workspace or organisation. Ids stay, names do not.
     *
     * @param inherited whether it is reached only through the grant's main organisation
     */
    public record Organisation(
            String id,
            @Nullable String name,
            @Nullable String url,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean inherited) {

        public Organisation {
            id = StorableText.id("organisation id", id, StorableText.LONGEST_ID);
            name = StorableText.name(name);
            url = StorableText.url(url);
        }

        public Organisation(String id, @Nullable String name, @Nullable String url) {
            this(id, name, url, false);
        }

        /** One that is reached through the main one: a grant of its own goes before. */
        public static Organisation inherited(String id, @Nullable String name, @Nullable String url) {
            return new Organisation(id, name, url, true);
        }
    }
}
