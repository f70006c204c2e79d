package io.oauthservice.installation;

/** A label, or a filter by labels, that cannot be accepted. */
public final class InvalidLabelException extends RuntimeException {

    private final String field;
    private final String reason;

    InvalidLabelException(String field, String reason) {
        super(field + " " + reason);
        this.field = field;
        this.reason = reason;
    }

    /** The field of the request, such as {@code labels.team}. */
    public String field() {
        return field;
    }

    /** The second half of a sentence about the field. */
    public String reason() {
        return reason;
    }
}
