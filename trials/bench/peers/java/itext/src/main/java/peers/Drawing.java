package peers;

import com.itextpdf.io.font.FontProgram;
import com.itextpdf.io.font.FontProgramFactory;
import com.itextpdf.io.font.PdfEncodings;
import com.itextpdf.io.image.ImageDataFactory;
import com.itextpdf.kernel.font.PdfFont;
import com.itextpdf.kernel.font.PdfFontFactory;
import com.itextpdf.kernel.font.PdfFontFactory.EmbeddingStrategy;
import com.itextpdf.kernel.geom.PageSize;
import com.itextpdf.kernel.pdf.PdfAConformance;
import com.itextpdf.kernel.pdf.PdfDocument;
import com.itextpdf.kernel.pdf.PdfDocumentInfo;
import com.itextpdf.kernel.pdf.PdfName;
import com.itextpdf.kernel.pdf.PdfOutputIntent;
import com.itextpdf.kernel.pdf.PdfString;
import com.itextpdf.kernel.pdf.PdfVersion;
import com.itextpdf.kernel.pdf.PdfWriter;
import com.itextpdf.kernel.pdf.WriterProperties;
import com.itextpdf.kernel.pdf.canvas.PdfCanvas;
import com.itextpdf.kernel.pdf.filespec.PdfFileSpec;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Draws the sheet. The document says what PDF/A-3 wants said; iText's own checks of that (PdfADocument) would
 * only take time, and veraPDF looks at the file afterwards.
 */
final class Drawing {
    private static final double POINTS = 72 / 25.4;

    private final FontProgram program;
    private final byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();

    Drawing(Path inputs) throws IOException {
        // Parsed once; each document has its own PdfFont, which keeps what it uses.
        program = FontProgramFactory.createFont(Files.readAllBytes(inputs.resolve("font.ttf")), true);
    }

    static float x(double mm) {
        return (float) (mm * POINTS);
    }

    static float y(Sheet sheet, double mm) {
        return (float) ((sheet.height - mm) * POINTS);
    }

    byte[] draw(Sheet sheet) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(160 << 10);
        WriterProperties properties = new WriterProperties()
            .setPdfVersion(PdfVersion.PDF_1_7)
            .addPdfAXmpMetadata(PdfAConformance.PDF_A_3B)
            .setFullCompressionMode(true);
        try (PdfDocument document = new PdfDocument(new PdfWriter(out, properties))) {
            describe(document, sheet);
            PdfFont face = PdfFontFactory.createFont(program, PdfEncodings.IDENTITY_H, EmbeddingStrategy.FORCE_EMBEDDED);
            PdfCanvas canvas = new PdfCanvas(document.addNewPage(new PageSize(x(sheet.width), x(sheet.height))));
            for (Sheet.Item item : sheet.items) {
                draw(canvas, face, sheet, item);
            }
            document.addAssociatedFile("certificate.json", PdfFileSpec.createEmbeddedFileSpec(
                document, sheet.data, "certificate.json", "certificate.json", new PdfName("application/json"), null, PdfName.Data));
        }
        return out.toByteArray();
    }

    private static void draw(PdfCanvas canvas, PdfFont face, Sheet sheet, Sheet.Item item) {
        if (item.text != null) {
            Sheet.Text t = item.text;
            fill(canvas, t.color);
            canvas.beginText().setFontAndSize(face, x(t.size)).moveText(x(t.x), y(sheet, t.y)).showText(t.body).endText();
        } else if (item.path != null) {
            path(canvas, sheet, item.path);
        } else {
            Sheet.Picture p = item.image;
            canvas.addImageWithTransformationMatrix(
                ImageDataFactory.create(p.bytes), x(p.w), 0, 0, x(p.h), x(p.x), y(sheet, p.y + p.h));
        }
    }

    private static void fill(PdfCanvas canvas, int[] c) {
        canvas.setFillColorRgb(c[0] / 255f, c[1] / 255f, c[2] / 255f);
    }

    private static void path(PdfCanvas canvas, Sheet sheet, Sheet.Shape shape) {
        if (shape.fill != null) {
            fill(canvas, shape.fill);
        }
        if (shape.stroke != null) {
            canvas.setStrokeColorRgb(shape.stroke[0] / 255f, shape.stroke[1] / 255f, shape.stroke[2] / 255f);
            canvas.setLineWidth(x(shape.width));
        }
        for (Sheet.Op op : shape.ops) {
            double[] a = op.at;
            switch (op.op) {
                case "M" -> canvas.moveTo(x(a[0]), y(sheet, a[1]));
                case "L" -> canvas.lineTo(x(a[0]), y(sheet, a[1]));
                case "B" -> canvas.curveTo(x(a[0]), y(sheet, a[1]), x(a[2]), y(sheet, a[3]), x(a[4]), y(sheet, a[5]));
                default -> canvas.closePath();
            }
        }
        if (shape.fill != null && shape.stroke != null) {
            canvas.fillStroke();
        } else if (shape.fill != null) {
            canvas.fill();
        } else {
            canvas.stroke();
        }
    }

    private void describe(PdfDocument document, Sheet sheet) {
        PdfDocumentInfo information = document.getDocumentInfo();
        information.setTitle(sheet.title).setAuthor(sheet.author).setSubject(sheet.subject).setKeywords(sheet.keywords);
        document.getCatalog().setLang(new PdfString("zh-CN"));
        document.addOutputIntent(new PdfOutputIntent(
            "Custom", "", "http://www.color.org", "sRGB IEC61966-2.1", new ByteArrayInputStream(profile)));
    }
}
