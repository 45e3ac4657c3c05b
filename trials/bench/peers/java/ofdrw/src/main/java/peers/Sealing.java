package peers;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.ofdrw.gm.ses.v4.SESeal;
import org.ofdrw.reader.OFDReader;
import org.ofdrw.sign.OFDSigner;
import org.ofdrw.sign.SignMode;
import org.ofdrw.sign.signContainer.SESV4Container;
import org.ofdrw.sign.stamppos.NormalStampPos;

/** Seals as GB/T 38540 (version 4) says, with every part of the package protected. */
final class Sealing {
    private final Keys keys;
    private final SESeal seal;

    Sealing(Path inputs) throws Exception {
        keys = Keys.read(inputs, "seal", new BouncyCastleProvider());
        seal = SESeal.getInstance(Files.readAllBytes(inputs.resolve("seal.esl")));
    }

    byte[] seal(Sheet sheet, byte[] unsealed) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream(unsealed.length + (16 << 10));
        Sheet.Box s = sheet.seal;
        try (OFDReader reader = new OFDReader(new ByteArrayInputStream(unsealed));
                OFDSigner signer = new OFDSigner(reader, out)) {
            signer.setSignMode(SignMode.WholeProtected);
            signer.setSignContainer(new SESV4Container(keys.key(), seal, keys.chain().get(0)));
            signer.addApPos(new NormalStampPos(1, s.x, s.y, s.w, s.h));
            signer.exeSign();
        }
        return out.toByteArray();
    }
}
