package peers;

import java.nio.file.Path;
import java.security.Security;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** Makes and signs the certificate with iText Core: Main INPUTS. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        Path inputs = Path.of(args[0]);
        Drawing drawing = new Drawing(inputs);
        Signing signing = new Signing(inputs);
        Harness.run("iText Core 9.4.0", Sheet.all(inputs), sheet -> signing.sign(sheet, drawing.draw(sheet)));
    }
}
