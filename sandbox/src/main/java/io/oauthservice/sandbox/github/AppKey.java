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

/** The app's private key of 2048 bits, stored as PKCS#8 and shown as PKCS#1, as GitHub issues it. */
record AppKey(String pkcs8) {

    // PKCS#8 is, for RSA keys of this size, a header of this length and then PKCS#1.
    private static final int HEADER = 26;

    private static final class PerProcess {
        private static final AppKey KEY = generate();
    }

    /** The key that all sandboxes of this process share, unless a state file has one. Generating one takes a second. */
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

    private static AppKey generate() {
        try {
            KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
            rsa.initialize(2048);
            byte[] pkcs8 = rsa.generateKeyPair().getPrivate().getEncoded();
            return new AppKey(Base64.getEncoder().encodeToString(pkcs8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("This Java has no RSA.", impossible);
        }
    }

    /** Contains no secret. */
    @Override
    public String toString() {
        return "AppKey[]";
    }
}
