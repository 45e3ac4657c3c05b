package peers;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** A laid-out certificate. Lengths are millimetres from the top left corner, y downwards; colours are sRGB. */
@JsonIgnoreProperties(ignoreUnknown = true)
public final class Sheet {
    public double width;
    public double height;
    public String title;
    public String author;
    public String subject;
    public String keywords;
    public String at;
    public List<Item> items;
    public Box seal;

    @JsonIgnore public Path folder;
    @JsonIgnore public byte[] data;
    @JsonIgnore public OffsetDateTime time;

    /** One of the three. */
    public static final class Item {
        public Text text;
        public Shape path;
        public Picture image;
    }

    /** A line from the start of its baseline; size is that of the em. */
    public static final class Text {
        public double x;
        public double y;
        public double size;
        public int[] color;
        public String body;
    }

    /** Stroked, filled (non-zero rule) or both. */
    public static final class Shape {
        public List<Op> ops;
        public int[] stroke;
        public int[] fill;
        public double width;
    }

    /** M x y, L x y, B x1 y1 x2 y2 x y, or C. */
    public static final class Op {
        public String op;
        public double[] at;
    }

    /** A rectangle. */
    public static class Box {
        public double x;
        public double y;
        public double w;
        public double h;
    }

    /** A file stretched over its box. */
    public static final class Picture extends Box {
        public String file;
        @JsonIgnore public byte[] bytes;
        @JsonIgnore public Path path;
    }

    /** All certificates of the folder of inputs. */
    public static List<Sheet> all(Path inputs) throws IOException {
        List<Sheet> sheets = new ArrayList<>();
        ObjectMapper mapper = new ObjectMapper();
        for (int i = 0; ; i++) {
            Path folder = inputs.resolve(String.format("case-%02d", i));
            if (!Files.isDirectory(folder)) {
                return sheets;
            }
            Sheet sheet = mapper.readValue(folder.resolve("page.json").toFile(), Sheet.class);
            sheet.folder = folder;
            sheet.data = Files.readAllBytes(folder.resolve("certificate.json"));
            sheet.time = OffsetDateTime.parse(sheet.at);
            for (Item item : sheet.items) {
                if (item.image != null) {
                    item.image.path = folder.resolve(item.image.file);
                    item.image.bytes = Files.readAllBytes(item.image.path);
                }
            }
            sheets.add(sheet);
        }
    }
}
