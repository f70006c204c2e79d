package io.oauthservice.link;

/** The flow may no longer spend its link: the link was withdrawn, or its claim expired and another flow has it. */
public final class LinkLostException extends RuntimeException {

    LinkLostException() {
        super("the link is not claimed by this flow");
    }
}
