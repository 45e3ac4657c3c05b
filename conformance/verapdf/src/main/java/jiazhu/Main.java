package jiazhu;

import java.io.FileInputStream;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.verapdf.core.ModelParsingException;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Prints, for every flavour and file, PASS or FAIL with the rules that are broken. */
public final class Main {
    public static void main(String[] args) throws Exception {
        if (args.length < 2) {
            System.err.println("usage: FLAVOUR[,FLAVOUR...] FILE...   (flavours: 3a 3b 3u ua1 ...)");
            System.exit(2);
        }
        Logger.getLogger("org.verapdf").setLevel(Level.SEVERE);
        VeraGreenfieldFoundryProvider.initialise();
        boolean passed = true;
        for (String flavour : args[0].split(",")) {
            for (int i = 1; i < args.length; i++) {
                passed &= judge(PDFAFlavour.byFlavourId(flavour), args[i]);
            }
        }
        System.exit(passed ? 0 : 1);
    }

    private static boolean judge(PDFAFlavour flavour, String file) throws Exception {
        try (FileInputStream in = new FileInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(in, flavour)) {
            ValidationResult result =
                    Foundries.defaultInstance().createValidator(flavour, false).validate(parser);
            System.out.println((result.isCompliant() ? "PASS " : "FAIL ") + flavour.getId() + " " + file);
            for (TestAssertion a : result.getTestAssertions()) {
                if (a.getStatus() == TestAssertion.Status.FAILED) {
                    System.out.println("  " + a.getRuleId().getClause() + "-" + a.getRuleId().getTestNumber()
                            + " " + a.getLocation().getContext() + ": " + a.getMessage());
                }
            }
            return result.isCompliant();
        } catch (ModelParsingException e) { // a file that is not whole
            System.out.println("FAIL " + flavour.getId() + " " + file + "\n  " + e.getMessage());
            return false;
        }
    }
}
