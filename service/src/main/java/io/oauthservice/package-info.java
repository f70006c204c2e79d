/**
 * Keeps an organisation's grants at GitHub, Jira/Confluence and Slack and hands out live tokens.
 *
 * <p>Each package below is one feature and says in its own {@code package-info} what it owns. Nouns are at the bottom
 * ({@code provider}, {@code installation}, {@code token}, {@code outbox}), what uses them is on top ({@code install},
 * {@code revoke}, {@code dashboard}).
 */
@NullMarked
package io.oauthservice;

import org.jspecify.annotations.NullMarked;
