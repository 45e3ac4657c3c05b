package peers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationWidget;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAppearanceDictionary;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAppearanceStream;
import org.apache.pdfbox.pdmodel.interactive.form.PDAcroForm;
import org.apache.pdfbox.pdmodel.interactive.form.PDSignatureField;

/** The document PDFBox wants as a pattern of a visible signature. It is the same for every certificate. */
final class Appearance {
    private Appearance() {}

    static byte[] of(Sheet sheet, byte[] stamp) throws IOException {
        try (PDDocument document = new PDDocument()) {
            PDPage page = new PDPage(new PDRectangle(Drawing.x(sheet.width), Drawing.x(sheet.height)));
            document.addPage(page);
            PDAcroForm form = new PDAcroForm(document);
            document.getDocumentCatalog().setAcroForm(form);
            form.setSignaturesExist(true);
            form.setAppendOnly(true);
            form.getCOSObject().setDirect(true);
            PDSignatureField field = new PDSignatureField(form);
            form.getFields().add(field);
            PDAnnotationWidget widget = field.getWidgets().get(0);
            page.setAnnotations(List.of(widget));
            Sheet.Box s = sheet.seal;
            float width = Drawing.x(s.w);
            float height = Drawing.x(s.h);
            widget.setRectangle(new PDRectangle(Drawing.x(s.x), Drawing.y(sheet, s.y + s.h), width, height));
            PDAppearanceStream appearance = new PDAppearanceStream(document);
            appearance.setResources(new PDResources());
            appearance.setBBox(new PDRectangle(width, height));
            try (PDPageContentStream content = new PDPageContentStream(document, appearance)) {
                content.drawImage(PDImageXObject.createFromByteArray(document, stamp, "stamp.png"), 0, 0, width, height);
            }
            PDAppearanceDictionary appearances = new PDAppearanceDictionary();
            appearances.getCOSObject().setDirect(true);
            appearances.setNormalAppearance(appearance);
            widget.setAppearance(appearances);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            document.save(out);
            return out.toByteArray();
        }
    }
}
