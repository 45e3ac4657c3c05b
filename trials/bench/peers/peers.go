package main

import "path/filepath"

// Where the peers and what they need are.
const (
	javaDir    = "trials/bench/peers/java"
	nodeDir    = "trials/bench/peers/pdflib"
	veraDir    = "conformance/verapdf"
	venvPython = ".cache/peers/venv/bin/python"
)

// What a peer makes.
const (
	makesPDF  = "PDF"
	makesOFD  = "OFD"
	makesPair = "PDF+OFD"
)

// peer is a program to be measured.
type peer struct {
	id          string // names its files
	name        string
	makes       string
	unavailable error    // why it cannot run; nil when it can
	command     []string // the folder of inputs and args follow
	args        []string
	warmups     int // documents made before any counts
	divisor     int // where it makes one document, the others make so many
}

// peers lists all, ours first: the others are compared with them.
func peers(t toolchains) []peer {
	ours := []string{filepath.Join(workDir, "ours")}
	jvm := func(module string) []string {
		// One thread makes documents, and the serial collector is the one that takes
		// the least CPU for that. Where ofdrw unpacks files is memory, if there is any.
		return []string{
			"java", "-XX:+UseSerialGC", "-Xms512m", "-Xmx1g", "-Djava.awt.headless=true", "-Djava.io.tmpdir=" + t.tempDir,
			"-jar", filepath.Join(javaDir, module, "target", module+".jar"),
		}
	}
	python := []string{venvPython, "-B", "trials/bench/peers/reportlab/main.py"}
	node := []string{"node", filepath.Join(nodeDir, "main.js")}
	const warmJVM, warmOthers = 500, 50
	return []peer{
		{"ours-pdf", "ours", makesPDF, nil, ours, []string{"pdf"}, warmJVM, 1},
		{"ours-ofd", "ours", makesOFD, nil, ours, []string{"ofd"}, warmJVM, 1},
		{"ours-pair", "ours", makesPair, nil, ours, []string{"pair"}, warmJVM, 1},
		{"pdfbox", "PDFBox + BouncyCastle", makesPDF, t.java, jvm("pdfbox"), nil, warmJVM, 1},
		{"itext", "iText Core", makesPDF, t.java, jvm("itext"), nil, warmJVM, 1},
		{"reportlab", "ReportLab + pyHanko", makesPDF, t.python, python, nil, warmOthers, 1},
		{"pdflib", "pdf-lib + signpdf", makesPDF, t.node, node, nil, warmOthers, 1},
		{"ofdrw", "ofdrw, font cut by FontBox", makesOFD, t.java, jvm("ofdrw"), []string{"subset"}, warmJVM, 1},
		{"ofdrw-whole", "ofdrw, whole font", makesOFD, t.java, jvm("ofdrw"), []string{"whole"}, warmJVM, 20},
	}
}
