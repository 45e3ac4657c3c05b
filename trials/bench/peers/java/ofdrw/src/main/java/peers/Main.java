package peers;

import java.nio.file.Path;
import java.security.Security;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Makes the certificate with ofdrw and seals it: Main INPUTS subset|whole.
 *
 * <p>ofdrw embeds the font file it is given, whole or not at all. "subset" gives it one that FontBox, which ofdrw
 * brings along, has cut down to the characters of the sheet.
 */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        Path inputs = Path.of(args[0]);
        Fonts fonts = new Fonts(inputs.resolve("font.ttf"), args[1].equals("subset"));
        Drawing drawing = new Drawing(fonts);
        Sealing sealing = new Sealing(inputs);
        Harness.run("ofdrw 2.3.1", Sheet.all(inputs), sheet -> sealing.seal(sheet, drawing.draw(sheet)));
    }
}
