package peers;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TTFSubsetter;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.ofdrw.font.Font;

/**
 * The font of each document. The whole one is parsed once, and tells how wide the characters of ASCII are, so that
 * ofdrw need not ask AWT; all others are as wide as high.
 *
 * <p>FontBox refuses to write a font with characters beyond the basic plane ("non-BMP Unicode character"), so the
 * cut one goes without them.
 */
final class Fonts {
    private static final String NAME = "NotoSerifSC";
    /** What a reader of OFD needs. With "post" FontBox fails on this font, which names no glyphs. */
    private static final List<String> TABLES =
        List.of("head", "hhea", "hmtx", "maxp", "loca", "glyf", "cmap", "name", "OS/2", "cvt ", "fpgm", "prep");

    private final TrueTypeFont program;
    private final double[] widths;
    private final Path file;
    private final boolean subsetting;

    Fonts(Path whole, boolean subsetting) throws IOException {
        this.subsetting = subsetting;
        program = new TTFParser().parse(whole.toFile());
        widths = widths(program);
        file = subsetting ? Files.createTempFile("subset", ".ttf") : whole;
        if (subsetting) {
            file.toFile().deleteOnExit();
        }
    }

    private static double[] widths(TrueTypeFont program) throws IOException {
        CmapLookup glyphs = program.getUnicodeCmapLookup();
        double[] widths = new double['~' - ' ' + 1];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = program.getAdvanceWidth(glyphs.getGlyphId(' ' + i)) / (double) program.getUnitsPerEm();
        }
        return widths;
    }

    Font of(Sheet sheet) throws IOException {
        if (subsetting) {
            cut(sheet);
        }
        return new Font(NAME, NAME, file, widths);
    }

    private void cut(Sheet sheet) throws IOException {
        TTFSubsetter subsetter = new TTFSubsetter(program, TABLES);
        for (Sheet.Item item : sheet.items) {
            if (item.text != null) {
                item.text.body.codePoints().filter(Character::isBmpCodePoint).forEach(subsetter::add);
            }
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 64 << 10)) {
            subsetter.writeToStream(out);
        }
    }
}
