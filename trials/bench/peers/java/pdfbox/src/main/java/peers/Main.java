package peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes the certificate with PDFBox and signs it with BouncyCastle: Main INPUTS. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        Path inputs = Path.of(args[0]);
        Drawing drawing = new Drawing(inputs);
        List<Sheet> sheets = Sheet.all(inputs);
        byte[] appearance = Appearance.of(sheets.get(0), Files.readAllBytes(inputs.resolve("stamp.png")));
        Signing signing = new Signing(Keys.read(inputs, "pdf", null), appearance);
        Harness.run("PDFBox 3.0.7, BouncyCastle 1.82", sheets, sheet -> signing.sign(sheet, drawing.draw(sheet)));
    }
}
