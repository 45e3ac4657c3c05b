package peers;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** A private key with its certificates, leaf first. */
public record Keys(PrivateKey key, List<X509Certificate> chain) {

    /** Reads NAME.key.pem and NAME.chain.pem with a provider, or with the JDK's where that is null. */
    public static Keys read(Path inputs, String name, Provider provider) throws Exception {
        String pem = Files.readString(inputs.resolve(name + ".key.pem"), StandardCharsets.US_ASCII);
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        KeyFactory keys = provider == null ? KeyFactory.getInstance("EC") : KeyFactory.getInstance("EC", provider);
        CertificateFactory certificates = provider == null
            ? CertificateFactory.getInstance("X.509") : CertificateFactory.getInstance("X.509", provider);
        try (InputStream in = Files.newInputStream(inputs.resolve(name + ".chain.pem"))) {
            List<X509Certificate> chain = certificates.generateCertificates(in).stream()
                .map(X509Certificate.class::cast).toList();
            return new Keys(keys.generatePrivate(new PKCS8EncodedKeySpec(der)), chain);
        }
    }
}
