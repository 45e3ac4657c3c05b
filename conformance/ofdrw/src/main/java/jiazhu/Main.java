package jiazhu;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import com.sun.management.OperatingSystemMXBean;
import java.awt.image.BufferedImage;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.ofdrw.converter.ImageMaker;
import org.ofdrw.reader.ContentExtractor;
import org.ofdrw.reader.OFDReader;
import org.ofdrw.sign.verify.OFDValidator;
import org.ofdrw.sign.verify.container.SESV4ValidateContainer;

/**
 * Judges OFD files with ofdrw.
 *
 * <pre>
 *   validate FILE...         one line for each file: VALID file, or INVALID file: reason
 *   measure FILE...          one line for each file: the CPU time of the process, in nanoseconds, that it takes to validate it
 *   unfold FOLDER FILE...    writes the content of name.ofd: FOLDER/name.ofdrw.txt, its text; name.ofdrw.json, its
 *                            attachment certificate.json; name.ofdrw.png, its first page at 200 dpi
 *   ses VERSION FOLDER       makes a seal and a signature, see {@link SealMaker}
 * </pre>
 *
 * The exit code is 0 if everything was valid or made, 1 if not, 2 for other commands.
 */
public final class Main {
    private static final double PIXELS = 200 / 25.4; // per millimetre

    private Main() {}

    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        System.exit(run(args));
    }

    private static int run(String[] args) throws Exception {
        if (args.length >= 2 && args[0].equals("validate")) {
            return validate(Arrays.copyOfRange(args, 1, args.length));
        }
        if (args.length >= 2 && args[0].equals("measure")) {
            return measure(Arrays.copyOfRange(args, 1, args.length));
        }
        if (args.length > 2 && args[0].equals("unfold")) {
            return unfold(Path.of(args[1]), Arrays.copyOfRange(args, 2, args.length));
        }
        if (args.length == 3 && args[0].equals("ses")) {
            SealMaker.make(args[1], Path.of(args[2]));
            return 0;
        }
        System.err.println("usage: validate FILE... | measure FILE... | unfold FOLDER FILE... | ses v1|v4 FOLDER");
        return 2;
    }

    private static int validate(String[] files) {
        int code = 0;
        for (String file : files) {
            String reason = judge(Path.of(file));
            if (reason == null) {
                System.out.println("VALID " + file);
            } else {
                System.out.println("INVALID " + file + ": " + reason);
                code = 1;
            }
        }
        return code;
    }

    private static int measure(String[] files) {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        for (String file : files) {
            long before = system.getProcessCpuTime();
            String reason = judge(Path.of(file));
            if (reason != null) {
                System.err.println(file + ": " + reason);
                return 1;
            }
            System.out.println(system.getProcessCpuTime() - before);
        }
        return 0;
    }

    /** Returns null for a valid file. A file without a signature is invalid here, though ofdrw accepts it. */
    private static String judge(Path file) {
        try (OFDReader reader = new OFDReader(file)) {
            if (!reader.hasSignature()) {
                return "no signature";
            }
            try (OFDValidator validator = new OFDValidator(reader)) {
                validator.setValidator(new SESV4ValidateContainer());
                validator.exeValidate();
            }
            return null;
        } catch (Exception e) {
            return reason(e);
        }
    }

    private static String reason(Exception e) {
        return e.getClass().getSimpleName() + ": " + String.valueOf(e.getMessage()).replace('\n', ' ');
    }

    /** Files that ofdrw cannot read are reported on the error stream and get no output files. */
    private static int unfold(Path folder, String[] files) {
        int code = 0;
        for (String file : files) {
            String stem = Path.of(file).getFileName().toString().replaceAll("\\.ofd$", ".ofdrw");
            try (OFDReader reader = new OFDReader(Path.of(file))) {
                Files.writeString(folder.resolve(stem + ".txt"), String.join("\n", new ContentExtractor(reader).extractAll()));
                Files.copy(reader.getAttachmentFile("certificate.json"), folder.resolve(stem + ".json"), REPLACE_EXISTING);
                BufferedImage page = new ImageMaker(reader, PIXELS).makePage(0);
                ImageIO.write(page, "PNG", folder.resolve(stem + ".png").toFile());
            } catch (Exception e) {
                System.err.println(file + ": " + reason(e));
                code = 1;
            }
        }
        return code;
    }
}
