package io.oauthservice.sandbox.github;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;

/** The app's private key of 2048 bits; kept as PKCS#8, shown as the PKCS#1 that GitHub issues. */
record AppKey(String pkcs8) {

    // PKCS#8 is, for RSA keys of this size, a header of this length and then PKCS#1.
    private static final int HEADER = 26;

    private static final class PerProcess {
        private static final AppKey KEY = generated();
    }

    /** One key per process is enough where no state file keeps another, and spares the tests a second each. */
    static AppKey ofThisProcess() {
        return PerProcess.KEY;
    }

    String pem() {
        byte[] key = Base64.getDecoder().decode(pkcs8);
        byte[] pkcs1 = Arrays.copyOfRange(key, HEADER, key.length);
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs1);
        return "-----BEGIN RSA PRIVATE KEY-----\n" + lines + "\n-----END RSA PRIVATE KEY-----\n";
    }

    RSAPublicKey publicKey() {
        try {
            KeyFactory rsa = KeyFactory.getInstance("RSA");
            byte[] encoded = Base64.getDecoder().decode(pkcs8);
            RSAPrivateCrtKey key = (RSAPrivateCrtKey) rsa.generatePrivate(new PKCS8EncodedKeySpec(encoded));
            return (RSAPublicKey) rsa.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
        } catch (GeneralSecurityException damaged) {
            throw new IllegalArgumentException("The app's private key cannot be read.", damaged);
        }
    }

    private static AppKey generated() {
        try {
            KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
            rsa.initialize(2048);
            byte[] pkcs8 = rsa.generateKeyPair().getPrivate().getEncoded();
            return new AppKey(Base64.getEncoder().encodeToString(pkcs8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("This Java has no RSA.", impossible);
        }
    }

    /** Tells nothing secret. */
    @Override
    public String toString() {
        return "AppKey[]";
    }
}
