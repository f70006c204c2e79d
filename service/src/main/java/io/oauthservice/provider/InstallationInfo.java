package io.oauthservice.provider;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The account and the organisations of a grant. Control characters are removed from texts, and texts are truncated to
 * what can be stored; an id that cannot be stored fails with {@link ProviderException.BadRequest}.
 *
 * @param grantKey the grant's natural key at this provider, the same after a reinstall; only its provider knows its
 *     parts
 * @param organisations at least one, the main one first
 * @param externalInstallId the provider's own id of the installation, where it has one
 * @param externalUserId null: the organisation's grant; else a user's
 * @param metadata details to show to people, from an allow-list without secrets
 * @param installedBy the person who gave the consent, as the provider names people
 * @param suspended whether the provider has suspended it
 * @param personal whether the grant acts for its user only, never for an organisation: only callers that name the user
 *     get its token
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
            throw new IllegalArgumentException("a grant has at least one organisation");
        }
    }

    /** Of a stored grant that is read again. The person's name stays as stored: the consent does not change. */
    public static InstallationInfo ofStored(
            Grant grant, List<Organisation> organisations, Map<String, Object> metadata) {
        return new InstallationInfo(
                grant.grantKey(),
                organisations,
                grant.externalInstallId(),
                grant.externalUserId(),
                metadata,
                null,
                false,
                false);
    }

    /** The grant without its tokens. */
    public Grant grant() {
        return new Grant(grantKey, externalInstallId, externalUserId, null, null, null);
    }

    public Organisation main() {
        return organisations.getFirst();
    }

    /**
     * A GitHub account, an Atlassian site, a Slack workspace or organisation. Ids are stable, names are not.
     *
     * @param inherited whether the grant covers it only through its main organisation
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

        /** Covered through the main organisation: a grant of its own takes precedence. */
        public static Organisation inherited(String id, @Nullable String name, @Nullable String url) {
            return new Organisation(id, name, url, true);
        }
    }
}
