package peers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.ofdrw.core.basicStructure.ofd.docInfo.CT_DocInfo;
import org.ofdrw.font.Font;
import org.ofdrw.layout.OFDDoc;
import org.ofdrw.layout.PageLayout;
import org.ofdrw.layout.VirtualPage;
import org.ofdrw.layout.edit.Attachment;
import org.ofdrw.layout.element.canvas.Canvas;
import org.ofdrw.layout.element.canvas.DrawContext;
import org.ofdrw.layout.element.canvas.FontSetting;

/** Draws the sheet on one canvas of the size of the page, which is ofdrw's way to place things freely. */
final class Drawing {
    private final Fonts fonts;

    Drawing(Fonts fonts) {
        this.fonts = fonts;
    }

    byte[] draw(Sheet sheet) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256 << 10);
        Font font = fonts.of(sheet);
        try (OFDDoc document = new OFDDoc(out)) {
            PageLayout layout = new PageLayout(sheet.width, sheet.height).setMargin(0d);
            document.setDefaultPageLayout(layout);
            VirtualPage page = new VirtualPage(layout);
            Canvas canvas = new Canvas(0, 0, sheet.width, sheet.height);
            canvas.setDrawer(context -> {
                for (Sheet.Item item : sheet.items) {
                    draw(context, font, item);
                }
            });
            page.add(canvas);
            document.addVPage(page);
            document.addAttachment(new Attachment("certificate.json", sheet.folder.resolve("certificate.json")));
            CT_DocInfo information = document.getOfdDir().getOfd().getDocBody().getDocInfo();
            information.setTile(sheet.title);
            information.setAuthor(sheet.author);
            information.setSubject(sheet.subject);
        }
        return out.toByteArray();
    }

    private static void draw(DrawContext context, Font font, Sheet.Item item) throws IOException {
        if (item.text != null) {
            Sheet.Text t = item.text;
            context.setFillColor(t.color);
            context.setFont(new FontSetting(t.size, font));
            context.fillText(t.body, t.x, t.y);
        } else if (item.path != null) {
            path(context, item.path);
        } else {
            Sheet.Picture p = item.image;
            context.drawImage(p.path, p.x, p.y, p.w, p.h);
        }
    }

    private static void path(DrawContext context, Sheet.Shape shape) {
        context.beginPath();
        for (Sheet.Op op : shape.ops) {
            double[] a = op.at;
            switch (op.op) {
                case "M" -> context.moveTo(a[0], a[1]);
                case "L" -> context.lineTo(a[0], a[1]);
                case "B" -> context.bezierCurveTo(a[0], a[1], a[2], a[3], a[4], a[5]);
                default -> context.closePath();
            }
        }
        if (shape.fill != null) {
            context.setFillColor(shape.fill);
            context.fill();
        }
        if (shape.stroke != null) {
            context.setStrokeColor(shape.stroke);
            context.setLineWidth(shape.width);
            context.stroke();
        }
    }
}
