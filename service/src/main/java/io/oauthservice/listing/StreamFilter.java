package io.oauthservice.listing;

import io.oauthservice.access.Caller;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.LabelFilter;
import org.jspecify.annotations.Nullable;

/** Which installations a stream reports; a null component selects all. There is no status: its changes are reported. */
public record StreamFilter(
        @Nullable String platform, @Nullable String orgId, LabelFilter labels) {

    boolean selects(Installation installation, Caller caller) {
        return (platform == null || platform.equals(installation.platform().id()))
                && labels.selects(installation.labels())
                && (orgId == null
                        || (caller.sees(orgId) && installation.organisationIds().contains(orgId)));
    }

    /**
     * Whether the stream may have reported an installation that it no longer reports. A caller does not learn that
     * an installation exists which it could never see.
     *
     * @param view what the caller sees of it now; null: nothing
     */
    boolean mayHaveSelected(ChangedInstallation changed, Caller caller, @Nullable Installation view) {
        return changed.mayMoveBetweenLists()
                && (platform == null || platform.equals(changed.platform()))
                && (view != null
                        || !caller.isLimited()
                        || changed.organisations().stream().anyMatch(caller::sees))
                && (orgId == null
                        || (caller.sees(orgId)
                                && (changed.organisations().contains(orgId)
                                        || (view != null
                                                && view.organisationIds().contains(orgId)))));
    }
}
