package peers;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Obeys "make N" and "save I FILE" from the standard input, a line of JSON for each.
 *
 * <p>CPU is counted twice: of the whole process, with its compiler and its collector, and of the one
 * thread that makes documents.
 */
public final class Harness {
    private static final double SECOND = 1e9;

    private final List<Sheet> sheets;
    private final Maker maker;
    private int next; // certificate

    private Harness(List<Sheet> sheets, Maker maker) {
        this.sheets = sheets;
        this.maker = maker;
    }

    /** Makes the document of a certificate. */
    public interface Maker {
        byte[] make(Sheet sheet) throws Exception;
    }

    public static void run(String version, List<Sheet> sheets, Maker maker) throws Exception {
        Harness harness = new Harness(sheets, maker);
        System.out.printf("{\"version\": \"%s, Java %s\"}%n", version, System.getProperty("java.version"));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            int n = Integer.parseInt(words[1]);
            if (words[0].equals("make")) {
                System.out.println(harness.measure(n));
            } else if (words[0].equals("save")) {
                Files.write(Path.of(words[2]), maker.make(sheets.get(n)));
                System.out.println("{}");
            } else {
                throw new IllegalArgumentException(line);
            }
            System.out.flush();
        }
    }

    private String measure(int n) throws Exception {
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long best = Long.MAX_VALUE;
        long bytes = 0;
        long processBefore = process.getProcessCpuTime();
        long threadBefore = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < n; i++) {
            long start = System.nanoTime();
            bytes += maker.make(sheets.get(next)).length;
            best = Math.min(best, System.nanoTime() - start);
            next = (next + 1) % sheets.size();
        }
        long thread = threads.getCurrentThreadCpuTime() - threadBefore;
        long cpu = process.getProcessCpuTime() - processBefore;
        return String.format(Locale.ROOT,
            "{\"documents\": %d, \"cpu\": %.9f, \"thread\": %.9f, \"best_wall\": %.9f, \"bytes\": %d}",
            n, cpu / SECOND, thread / SECOND, best / SECOND, bytes);
    }
}
