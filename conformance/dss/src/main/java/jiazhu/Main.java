package jiazhu;

import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.enumerations.SignatureScopeType;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.model.policy.ValidationPolicy;
import eu.europa.esig.dss.pades.validation.PDFDocumentValidator;
import eu.europa.esig.dss.pdf.IPdfObjFactory;
import eu.europa.esig.dss.pdf.ServiceLoaderPdfObjFactory;
import eu.europa.esig.dss.pdf.modifications.DefaultPdfDifferencesFinder;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.simplereport.jaxb.XmlTimestamp;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.policy.ValidationPolicyLoader;
import com.sun.management.OperatingSystemMXBean;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;

/**
 * Judges the signatures of PDF files with DSS, and reads their text with PDFBox.
 *
 * <pre>
 *   validate ROOT.pem FILE...   one line for each file, with tabs between: file, level, indication, the indication without
 *                               checks of revocation, whole|part, and the problems, joined by "; "
 *   each ROOT.pem FILE...       the same, one line for each signature
 *   measure ROOT.pem FILE...    one line for each file: the CPU time of the process, in nanoseconds, that one validation by
 *                               the standard policy takes; measure-without-pictures does not compare the page's pictures
 *                               before and after the signature
 *   text FOLDER FILE...         writes FOLDER/name.pdfbox.txt for name.pdf
 * </pre>
 *
 * Only the authorities in ROOT.pem are trusted, and nothing is fetched: without revocation data in the file, a
 * certificate is INDETERMINATE by the standard policy. So the policy is also applied without the revocation
 * checks, to see whether anything else is wrong. The exit code is 0 whatever is found, 2 for other commands.
 */
public final class Main {
    private Main() {}

    /** The constraints that require revocation data, but not those on revocation data that is present. */
    private static final Pattern REVOCATION =
        Pattern.compile("(<(?:RevocationDataAvailable|AcceptableRevocationDataFound) Level=\")\\w+");

    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] args) throws Exception {
        Logger.getLogger("org.apache").setLevel(Level.OFF);
        if (args.length > 2 && args[0].equals("validate")) {
            validate(Path.of(args[1]), files(args));
        } else if (args.length > 2 && args[0].equals("each")) {
            each(Path.of(args[1]), files(args));
        } else if (args.length > 2 && args[0].startsWith("measure")) {
            measure(Path.of(args[1]), files(args), args[0].equals("measure-without-pictures"));
        } else if (args.length > 2 && args[0].equals("text")) {
            for (File file : files(args)) {
                text(file, Path.of(args[1]));
            }
        } else {
            System.err.println("usage: validate ROOT.pem FILE... | each ROOT.pem FILE... | measure[-without-pictures] ROOT.pem FILE... | text FOLDER FILE...");
            System.exit(2);
        }
    }

    private static List<File> files(String[] args) {
        return Arrays.stream(args).skip(2).map(File::new).toList();
    }

    private static String standardPolicy() throws Exception {
        try (InputStream in = Main.class.getResourceAsStream("/policy/constraint.xml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static ValidationPolicy policy(String text) {
        return ValidationPolicyLoader.fromValidationPolicy(
            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))).create();
    }

    private static void validate(Path root, List<File> files) throws Exception {
        String text = standardPolicy();
        ValidationPolicy strict = policy(text);
        ValidationPolicy lenient = policy(REVOCATION.matcher(text).replaceAll("$1IGNORE"));
        CommonTrustedCertificateSource trusted = trusted(root);
        for (File file : files) {
            OUT.println(file + "\t" + judge(file, trusted, strict, lenient));
        }
    }

    private static void each(Path root, List<File> files) throws Exception {
        String text = standardPolicy();
        CommonTrustedCertificateSource trusted = trusted(root);
        for (File file : files) {
            SimpleReport report = report(file, trusted, policy(text));
            SimpleReport lenient = report(file, trusted, policy(REVOCATION.matcher(text).replaceAll("$1IGNORE")));
            for (String id : report.getSignatureIdList()) {
                OUT.println(file + "\t" + describe(report, id, lenient));
            }
        }
    }

    private static CommonTrustedCertificateSource trusted(Path root) throws Exception {
        CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
        try (InputStream in = Files.newInputStream(root)) {
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.addCertificate(new CertificateToken((X509Certificate) one));
            }
        }
        return trusted;
    }

    private static void measure(Path root, List<File> files, boolean withoutPictures) throws Exception {
        ValidationPolicy policy = policy(standardPolicy());
        CommonTrustedCertificateSource trusted = trusted(root);
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        for (File file : files) {
            long before = system.getProcessCpuTime();
            SignedDocumentValidator validator = validator(file, trusted);
            if (withoutPictures) {
                DefaultPdfDifferencesFinder finder = new DefaultPdfDifferencesFinder();
                finder.setMaximalPagesAmountForVisualComparison(0);
                IPdfObjFactory factory = new ServiceLoaderPdfObjFactory();
                factory.setPdfDifferencesFinder(finder);
                ((PDFDocumentValidator) validator).setPdfObjFactory(factory);
            }
            SimpleReport report = validator.validateDocument(policy).getSimpleReport();
            if (report.getSignatureIdList().size() != 1) {
                throw new IllegalStateException(file + ": no signature");
            }
            OUT.println(system.getProcessCpuTime() - before);
        }
    }

    private static String judge(
            File file, CommonTrustedCertificateSource trusted, ValidationPolicy strict, ValidationPolicy lenient) {
        try {
            SimpleReport report = report(file, trusted, strict);
            List<String> ids = report.getSignatureIdList();
            if (ids.size() != 1) {
                return String.join("\t", "-", "-", "-", "-", ids.size() + " signatures");
            }
            return describe(report, ids.get(0), report(file, trusted, lenient));
        } catch (Exception e) {
            return String.join("\t", "-", "-", "-", "-", e.getClass().getSimpleName() + ": " + line(e.getMessage()));
        }
    }

    private static SimpleReport report(File file, CommonTrustedCertificateSource trusted, ValidationPolicy policy) {
        return validator(file, trusted).validateDocument(policy).getSimpleReport();
    }

    private static SignedDocumentValidator validator(File file, CommonTrustedCertificateSource trusted) {
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(trusted);
        verifier.setAIASource(null);
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(file));
        validator.setCertificateVerifier(verifier);
        return validator;
    }

    private static String describe(SimpleReport report, String id, SimpleReport lenient) {
        boolean whole = report.getSignatureScopes(id).stream().allMatch(s -> s.getScope() == SignatureScopeType.FULL);
        List<String> wrong = new ArrayList<>(report.getAdESValidationErrors(id).stream().map(Message::getValue).toList());
        for (XmlTimestamp stamp : lenient.getSignatureTimestamps(id)) {
            if (stamp.getIndication() != Indication.PASSED) {
                wrong.add("time stamp: " + stamp.getIndication());
            }
        }
        return String.join("\t",
            String.valueOf(report.getSignatureFormat(id)),
            String.valueOf(report.getIndication(id)),
            String.valueOf(lenient.getIndication(id)),
            whole ? "whole" : "part",
            line(String.join("; ", wrong)));
    }

    private static String line(String text) {
        return String.valueOf(text).replaceAll("\\s+", " ");
    }

    private static void text(File file, Path folder) throws Exception {
        String name = file.getName().replaceAll("\\.pdf$", ".pdfbox.txt");
        try (PDDocument document = Loader.loadPDF(file)) {
            Files.writeString(folder.resolve(name), new PDFTextStripper().getText(document));
        }
    }
}
