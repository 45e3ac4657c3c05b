package peers;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TTFSubsetter;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.ofdrw.font.EnvFont;
import org.ofdrw.font.Font;

/**
 * The font of each document. FontBox refuses to write a font with characters beyond the basic plane ("non-BMP
 * Unicode character"), so the cut one goes without them.
 */
final class Fonts implements AutoCloseable {
    private static final String NAME = "NotoSerifSC";
    /** What a reader of OFD needs. With "post" FontBox fails on this font, which names no glyphs. */
    private static final List<String> TABLES =
        List.of("head", "hhea", "hmtx", "maxp", "loca", "glyf", "cmap", "name", "OS/2", "cvt ", "fpgm", "prep");

    private final Font font;
    private final TrueTypeFont program;
    private final Path subset;

    Fonts(Path file, boolean subsetting) throws IOException {
        font = new Font(NAME, NAME, file);
        // ofdrw measures with the first font of a name it meets. Let that be the whole one.
        EnvFont.setMapping(NAME, font.getFontObj());
        program = subsetting ? new TTFParser().parse(file.toFile()) : null;
        subset = subsetting ? Files.createTempFile("subset", ".ttf") : null;
    }

    Font of(Sheet sheet) throws IOException {
        if (program != null) {
            TTFSubsetter subsetter = new TTFSubsetter(program, TABLES);
            for (Sheet.Item item : sheet.items) {
                if (item.text != null) {
                    item.text.body.codePoints().filter(Character::isBmpCodePoint).forEach(subsetter::add);
                }
            }
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(subset), 64 << 10)) {
                subsetter.writeToStream(out);
            }
            font.setFontFile(subset);
        }
        return font;
    }

    @Override
    public void close() throws IOException {
        if (program != null) {
            program.close();
            Files.delete(subset);
        }
    }
}
