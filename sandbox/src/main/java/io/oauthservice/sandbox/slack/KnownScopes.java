package io.oauthservice.sandbox.slack;

import java.util.Set;

/**
 * The scopes that exist at Slack, by the kind of token; those of Sign in with Slack cannot be mixed in and are missing.
 */
final class KnownScopes {

    static final Set<String> BOT = Set.of(
            ("app_mentions:read assistant:write bookmarks:read bookmarks:write calls:read calls:write canvases:read"
                            + " canvases:write channels:history channels:join channels:manage channels:read"
                            + " channels:write.invites channels:write.topic chat:write chat:write.customize"
                            + " chat:write.public commands conversations.connect:manage conversations.connect:read"
                            + " conversations.connect:write dnd:read emoji:read files:read files:write groups:history"
                            + " groups:read groups:write groups:write.invites groups:write.topic im:history im:read"
                            + " im:write incoming-webhook links.embed:write links:read links:write lists:read"
                            + " lists:write metadata.message:read mpim:history mpim:read mpim:write pins:read"
                            + " pins:write reactions:read reactions:write reminders:read reminders:write"
                            + " remote_files:read remote_files:share remote_files:write search:read.files"
                            + " search:read.public search:read.users team.billing:read team.preferences:read team:read"
                            + " usergroups:read usergroups:write users.profile:read users:read users:read.email"
                            + " users:write workflow.steps:execute")
                    .split(" "));

    static final Set<String> USER = Set.of(
            ("bookmarks:read bookmarks:write calls:read calls:write canvases:read canvases:write channels:history"
                            + " channels:read channels:write channels:write.invites channels:write.topic chat:write"
                            + " dnd:read dnd:write emoji:read files:read files:write groups:history groups:read"
                            + " groups:write groups:write.invites groups:write.topic im:history im:read im:write"
                            + " links.embed:write links:read links:write lists:read lists:write mpim:history mpim:read"
                            + " mpim:write pins:read pins:write reactions:read reactions:write reminders:read"
                            + " reminders:write remote_files:read remote_files:share search:read search:read.files"
                            + " search:read.im search:read.mpim search:read.private search:read.public"
                            + " search:read.users stars:read stars:write team.billing:read team.preferences:read"
                            + " team:read usergroups:read usergroups:write users.profile:read users.profile:write"
                            + " users:read users:read.email users:write")
                    .split(" "));

    private KnownScopes() {}
}
