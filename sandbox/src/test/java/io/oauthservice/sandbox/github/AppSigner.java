package io.oauthservice.sandbox.github;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Signs App JWTs with the sandbox's key. */
record AppSigner(PrivateKey key, String issuer) {

    private static final String RSA_ALGORITHM = "020100300d06092a864886f70d0101010500";

    static AppSigner of(GitHubApp app) {
        return new AppSigner(privateKey(app.privateKeyPem()), app.clientId());
    }

    /** The header of a valid request. */
    String authorization() {
        long now = Instant.now().getEpochSecond();
        return authorization(now - 60, now + 540, issuer);
    }

    String authorization(Object iat, Object exp, Object iss) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iat", iat);
        claims.put("exp", exp);
        claims.put("iss", iss);
        return "Bearer " + signed(claims);
    }

    private String signed(Map<String, Object> claims) {
        try {
            JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                    .type(JOSEObjectType.JWT)
                    .build();
            JWSObject jws = new JWSObject(header, new Payload(claims));
            jws.sign(new RSASSASigner(key));
            return jws.serialize();
        } catch (JOSEException failed) {
            throw new AssertionError(failed);
        }
    }

    /** Java requires PKCS#8, so the PKCS#1 key is wrapped. */
    private static PrivateKey privateKey(String pem) {
        String base64 = pem.replace("-----BEGIN RSA PRIVATE KEY-----", "").replace("-----END RSA PRIVATE KEY-----", "");
        byte[] pkcs1 = Base64.getMimeDecoder().decode(base64);
        byte[] algorithm = HexFormat.of().parseHex(RSA_ALGORITHM);
        ByteBuffer pkcs8 = ByteBuffer.allocate(4 + algorithm.length + 4 + pkcs1.length);
        pkcs8.put((byte) 0x30).put((byte) 0x82).putShort((short) (pkcs8.capacity() - 4));
        pkcs8.put(algorithm)
                .put((byte) 0x04)
                .put((byte) 0x82)
                .putShort((short) pkcs1.length)
                .put(pkcs1);
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8.array()));
        } catch (GeneralSecurityException notAKey) {
            throw new AssertionError(notAKey);
        }
    }
}
