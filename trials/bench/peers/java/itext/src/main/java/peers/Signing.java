package peers;

import com.itextpdf.forms.form.element.SignatureFieldAppearance;
import com.itextpdf.io.image.ImageData;
import com.itextpdf.io.image.ImageDataFactory;
import com.itextpdf.kernel.geom.Rectangle;
import com.itextpdf.kernel.pdf.PdfReader;
import com.itextpdf.kernel.pdf.StampingProperties;
import com.itextpdf.signatures.AccessPermissions;
import com.itextpdf.signatures.PdfPadesSigner;
import com.itextpdf.signatures.PrivateKeySignature;
import com.itextpdf.signatures.SignerProperties;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.util.GregorianCalendar;

/** Signs with PdfPadesSigner, baseline B, in a field that shows the seal. */
final class Signing {
    private static final int ROOM = 2 << 10;

    private final PrivateKeySignature signature;
    private final Certificate[] chain;
    private final ImageData stamp;

    Signing(Path inputs) throws Exception {
        Keys keys = Keys.read(inputs, "pdf", null);
        signature = new PrivateKeySignature(keys.key(), "SHA-256", null);
        chain = keys.chain().toArray(Certificate[]::new);
        stamp = ImageDataFactory.create(Files.readAllBytes(inputs.resolve("stamp.png")));
    }

    byte[] sign(Sheet sheet, byte[] unsigned) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream(unsigned.length + 4 * ROOM);
        Sheet.Box s = sheet.seal;
        SignerProperties properties = new SignerProperties()
            .setFieldName("seal")
            .setPageNumber(1)
            .setPageRect(new Rectangle(Drawing.x(s.x), Drawing.y(sheet, s.y + s.h), Drawing.x(s.w), Drawing.x(s.h)))
            .setSignatureAppearance(new SignatureFieldAppearance(SignerProperties.IGNORED_ID).setContent(stamp))
            .setCertificationLevel(AccessPermissions.NO_CHANGES_PERMITTED)
            .setReason("证照加注")
            .setLocation("")
            .setClaimedSignDate(GregorianCalendar.from(sheet.time.toZonedDateTime()));
        PdfPadesSigner signer = new PdfPadesSigner(new PdfReader(new ByteArrayInputStream(unsigned)), out);
        signer.setEstimatedSize(ROOM);
        signer.setStampingProperties(new StampingProperties().useAppendMode());
        signer.signWithBaselineBProfile(properties, chain, signature);
        return out.toByteArray();
    }
}
