package peers;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.GregorianCalendar;
import java.util.Map;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentCatalog;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.PDDocumentNameDictionary;
import org.apache.pdfbox.pdmodel.PDEmbeddedFilesNameTreeNode;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDMetadata;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.filespecification.PDComplexFileSpecification;
import org.apache.pdfbox.pdmodel.common.filespecification.PDEmbeddedFile;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.pdmodel.graphics.color.PDOutputIntent;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;

/** Draws the sheet. */
final class Drawing {
    private static final float POINTS = 72f / 25.4f;

    private final TrueTypeFont font;
    private final byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();

    Drawing(Path inputs) throws IOException {
        // Parsed once; each document takes its own subset of it.
        font = new TTFParser().parse(new RandomAccessReadBuffer(Files.readAllBytes(inputs.resolve("font.ttf"))));
        font.setEnableGsub(false);
    }

    byte[] draw(Sheet sheet) throws IOException {
        try (PDDocument document = new PDDocument()) {
            PDPage page = new PDPage(new PDRectangle((float) sheet.width * POINTS, (float) sheet.height * POINTS));
            document.addPage(page);
            PDFont face = PDType0Font.load(document, font, true);
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                for (Sheet.Item item : sheet.items) {
                    draw(document, content, face, sheet, item);
                }
            }
            attach(document, sheet);
            describe(document, sheet);
            ByteArrayOutputStream out = new ByteArrayOutputStream(160 << 10);
            document.save(out);
            return out.toByteArray();
        }
    }

    static float x(double mm) {
        return (float) mm * POINTS;
    }

    static float y(Sheet sheet, double mm) {
        return (float) (sheet.height - mm) * POINTS;
    }

    private static void draw(
            PDDocument document, PDPageContentStream content, PDFont face, Sheet sheet, Sheet.Item item) throws IOException {
        if (item.text != null) {
            Sheet.Text t = item.text;
            content.beginText();
            content.setFont(face, (float) t.size * POINTS);
            fill(content, t.color);
            content.newLineAtOffset(x(t.x), y(sheet, t.y));
            content.showText(t.body);
            content.endText();
        } else if (item.path != null) {
            path(content, sheet, item.path);
        } else {
            Sheet.Picture p = item.image;
            PDImageXObject image = PDImageXObject.createFromByteArray(document, p.bytes, p.file);
            content.drawImage(image, x(p.x), y(sheet, p.y + p.h), x(p.w), x(p.h));
        }
    }

    private static void fill(PDPageContentStream content, int[] c) throws IOException {
        content.setNonStrokingColor(c[0] / 255f, c[1] / 255f, c[2] / 255f);
    }

    private static void path(PDPageContentStream content, Sheet sheet, Sheet.Shape shape) throws IOException {
        if (shape.fill != null) {
            fill(content, shape.fill);
        }
        if (shape.stroke != null) {
            content.setStrokingColor(shape.stroke[0] / 255f, shape.stroke[1] / 255f, shape.stroke[2] / 255f);
            content.setLineWidth(x(shape.width));
        }
        for (Sheet.Op op : shape.ops) {
            double[] a = op.at;
            switch (op.op) {
                case "M" -> content.moveTo(x(a[0]), y(sheet, a[1]));
                case "L" -> content.lineTo(x(a[0]), y(sheet, a[1]));
                case "B" -> content.curveTo(x(a[0]), y(sheet, a[1]), x(a[2]), y(sheet, a[3]), x(a[4]), y(sheet, a[5]));
                default -> content.closePath();
            }
        }
        if (shape.fill != null && shape.stroke != null) {
            content.fillAndStroke();
        } else if (shape.fill != null) {
            content.fill();
        } else {
            content.stroke();
        }
    }

    private static void attach(PDDocument document, Sheet sheet) throws IOException {
        PDEmbeddedFile file = new PDEmbeddedFile(document, new ByteArrayInputStream(sheet.data), COSName.FLATE_DECODE);
        file.setSubtype("application/json");
        file.setSize(sheet.data.length);
        file.setModDate(GregorianCalendar.from(sheet.time.toZonedDateTime()));
        PDComplexFileSpecification specification = new PDComplexFileSpecification();
        specification.setFile("certificate.json");
        specification.setFileUnicode("certificate.json");
        specification.setEmbeddedFile(file);
        specification.setEmbeddedFileUnicode(file);
        specification.getCOSObject().setName("AFRelationship", "Data");
        PDEmbeddedFilesNameTreeNode tree = new PDEmbeddedFilesNameTreeNode();
        tree.setNames(Map.of("certificate.json", specification));
        PDDocumentCatalog catalog = document.getDocumentCatalog();
        PDDocumentNameDictionary names = new PDDocumentNameDictionary(catalog);
        names.setEmbeddedFiles(tree);
        catalog.setNames(names);
        COSArray associated = new COSArray();
        associated.add(specification.getCOSObject());
        catalog.getCOSObject().setItem("AF", associated);
    }

    private void describe(PDDocument document, Sheet sheet) throws IOException {
        PDDocumentInformation information = document.getDocumentInformation();
        information.setTitle(sheet.title);
        information.setAuthor(sheet.author);
        information.setSubject(sheet.subject);
        information.setKeywords(sheet.keywords);
        PDDocumentCatalog catalog = document.getDocumentCatalog();
        catalog.setLanguage("zh-CN");
        PDMetadata metadata = new PDMetadata(document);
        metadata.importXMPMetadata(xmp(sheet).getBytes(StandardCharsets.UTF_8));
        catalog.setMetadata(metadata);
        PDOutputIntent intent = new PDOutputIntent(document, new ByteArrayInputStream(profile));
        intent.setInfo("sRGB IEC61966-2.1");
        intent.setOutputCondition("sRGB IEC61966-2.1");
        intent.setOutputConditionIdentifier("sRGB IEC61966-2.1");
        intent.setRegistryName("http://www.color.org");
        catalog.addOutputIntent(intent);
    }

    /** The texts are the harness's own and hold nothing that XML would have to quote. */
    private static String xmp(Sheet sheet) {
        StringWriter out = new StringWriter();
        out.append("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>")
            .append("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">")
            .append("<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\"")
            .append(" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">")
            .append("<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>")
            .append("<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">").append(sheet.title).append("</rdf:li></rdf:Alt></dc:title>")
            .append("<dc:creator><rdf:Seq><rdf:li>").append(sheet.author).append("</rdf:li></rdf:Seq></dc:creator>")
            .append("<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">").append(sheet.subject)
            .append("</rdf:li></rdf:Alt></dc:description>")
            .append("<pdf:Keywords>").append(sheet.keywords).append("</pdf:Keywords>")
            .append("</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>");
        return out.toString();
    }
}
