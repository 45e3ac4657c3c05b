package jiazhu;

import com.itextpdf.kernel.pdf.PdfDocument;
import com.itextpdf.kernel.pdf.PdfReader;
import com.itextpdf.signatures.CertificateVerification;
import com.itextpdf.signatures.PdfPKCS7;
import com.itextpdf.signatures.SignatureUtil;
import com.itextpdf.signatures.VerificationException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Judges the signatures of PDF files with iText.
 *
 * <pre>
 *   ROOT.pem FILE...   one line for each file, with tabs between: file, pass or fail, what is wrong
 * </pre>
 *
 * A file passes when it has one signature that covers the whole file, is intact, has a good time stamp if it has one, and
 * was made with a certificate of an authority in ROOT.pem. Revocation is not looked at, and nothing is fetched.
 */
public final class Main {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private Main() {}

    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        KeyStore roots = roots(Path.of(args[0]));
        for (String file : Arrays.asList(args).subList(1, args.length)) {
            String wrong;
            try {
                wrong = judge(file, roots);
            } catch (Exception e) { // whatever it is, the file is refused
                wrong = e.toString().replaceAll("\\s+", " ");
            }
            OUT.println(file + "\t" + (wrong.isEmpty() ? "pass" : "fail") + "\t" + wrong);
        }
    }

    private static KeyStore roots(Path file) throws Exception {
        KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
        roots.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                roots.setCertificateEntry("root " + roots.size(), one);
            }
        }
        return roots;
    }

    private static String judge(String file, KeyStore roots) throws Exception {
        try (PdfDocument document = new PdfDocument(new PdfReader(file))) {
            SignatureUtil signatures = new SignatureUtil(document);
            List<String> names = signatures.getSignatureNames();
            if (names.size() != 1) {
                return names.size() + " signatures";
            }
            if (!signatures.signatureCoversWholeDocument(names.get(0))) {
                return "it does not cover the whole file";
            }
            PdfPKCS7 one = signatures.readSignatureData(names.get(0));
            if (!one.verifySignatureIntegrityAndAuthenticity()) {
                return "it is not intact";
            }
            if (one.getTimeStampTokenInfo() != null && !one.verifyTimestampImprint()) {
                return "its time stamp is for something else";
            }
            List<VerificationException> wrong =
                CertificateVerification.verifyCertificates(one.getSignCertificateChain(), roots, one.getSignDate());
            return wrong.isEmpty() ? "" : wrong.toString().replaceAll("\\s+", " ");
        }
    }
}
