package peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.List;
import javax.imageio.ImageIO;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.ofdrw.converter.ImageMaker;
import org.ofdrw.reader.ContentExtractor;
import org.ofdrw.reader.OFDReader;
import org.ofdrw.sign.verify.OFDValidator;
import org.ofdrw.sign.verify.container.SESV4ValidateContainer;

/**
 * Has ofdrw's readers look at OFD files: Judge FILE... writes beside each FILE.seal where its seal is valid, what
 * text is on its page (FILE.txt), how it looks at 4 pixels a millimetre (FILE.png), and what it carries (FILE.json).
 * What ofdrw cannot read is told on the error stream, and its file is left out.
 */
public final class Judge {
    private Judge() {}

    private interface Look {
        void at(OFDReader reader) throws Exception;
    }

    public static void main(String[] args) {
        Security.addProvider(new BouncyCastleProvider());
        for (String file : args) {
            look(file, "seal", reader -> validate(reader, Path.of(file + ".seal")));
            look(file, "text", reader -> {
                List<String> text = new ContentExtractor(reader).extractAll();
                Files.writeString(Path.of(file + ".txt"), String.join("\n", text));
            });
            look(file, "page", reader ->
                ImageIO.write(new ImageMaker(reader, 4).makePage(0), "PNG", Path.of(file + ".png").toFile()));
            look(file, "attachment", reader ->
                Files.copy(reader.getAttachmentFile("certificate.json"), Path.of(file + ".json")));
        }
    }

    private static void look(String file, String what, Look look) {
        try (OFDReader reader = new OFDReader(Path.of(file))) {
            look.at(reader);
        } catch (Exception e) {
            System.err.println(file + ": " + what + ": " + e);
        }
    }

    /** A file without any signature would pass ofdrw unnoticed. */
    private static void validate(OFDReader reader, Path verdict) throws Exception {
        if (!reader.hasSignature()) {
            throw new IllegalStateException("no signature");
        }
        try (OFDValidator validator = new OFDValidator(reader)) {
            validator.setValidator(new SESV4ValidateContainer());
            validator.exeValidate();
        }
        Files.writeString(verdict, "valid");
    }
}
