package io.oauthservice.sandbox.github;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Request;
import java.text.ParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the JWT of the app. Times are compared with the clock of the {@code Date} header, by which a client corrects
 * its own clock.
 */
final class AppJwtVerifier {

    private static final long LONGEST_LIFE = 600;
    private static final String UNDECODABLE = "A JSON web token could not be decoded";
    private static final String EXP_WRONG = "'Expiration time' claim ('exp') must be a numeric value representing the "
            + "future time at which the assertion expires";
    private static final String EXP_TOO_FAR = "'Expiration time' claim ('exp') is too far in the future";
    private static final String IAT_WRONG =
            "'Issued at' claim ('iat') must be an Integer representing the time that " + "the assertion was issued";

    private final GitHubState github;

    AppJwtVerifier(GitHubState github) {
        this.github = github;
    }

    void verify(Request request) {
        String token = request.bearer();
        if (token == null) {
            throw refuse(UNDECODABLE, request.bearerOrToken() == null ? "jwt_missing" : "jwt_not_bearer");
        }
        Map<String, Object> claims = claims(token);
        long now = github.context.visibleNow().getEpochSecond();
        checkExp(claims.get("exp"), now);
        checkIat(claims.get("iat"), now);
        checkIss(claims.get("iss"));
    }

    private Map<String, Object> claims(String token) {
        try {
            JWSObject jws = JWSObject.parse(token);
            if (!jws.getHeader().getAlgorithm().equals(JWSAlgorithm.RS256)) {
                throw refuse(UNDECODABLE, "jwt_algorithm");
            }
            if (!jws.verify(new RSASSAVerifier(github.publicKey))) {
                throw refuse(UNDECODABLE, "jwt_bad_signature");
            }
            Map<String, Object> claims = jws.getPayload().toJSONObject();
            return claims == null ? Map.of() : claims;
        } catch (ParseException | JOSEException malformed) {
            throw refuse(UNDECODABLE, "jwt_malformed");
        }
    }

    private static void checkExp(@Nullable Object exp, long now) {
        if (!(exp instanceof Long seconds)) {
            throw refuse(EXP_WRONG, "jwt_exp_not_integer");
        }
        if (seconds <= now) {
            throw refuse(EXP_WRONG, "jwt_expired");
        }
        if (seconds > now + LONGEST_LIFE) {
            throw refuse(EXP_TOO_FAR, "jwt_exp_too_far");
        }
    }

    private static void checkIat(@Nullable Object iat, long now) {
        if (!(iat instanceof Long seconds)) {
            throw refuse(IAT_WRONG, "jwt_iat_not_integer");
        }
        if (seconds > now) {
            throw refuse(IAT_WRONG, "jwt_iat_in_future");
        }
    }

    // Older Enterprise Servers require the app id, as a number or as text.
    private static void checkIss(@Nullable Object iss) {
        String issuer = String.valueOf(iss);
        if (!App.isClient(issuer) && !issuer.equals(String.valueOf(App.ID))) {
            throw Errors.refuse(404, "Integration not found", "jwt_issuer_unknown");
        }
    }

    private static RejectionException refuse(String message, String violation) {
        return Errors.refuse(401, message, violation);
    }
}
