package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// lookOFD checks the OFD of certificate i with ofdrw.
func (j externalChecker) lookOFD(ctx context.Context, file string, i int) inspection {
	f := inspection{kind: "ofd", page: file + ".png"}
	if f.fatal = j.tools.java; f.fatal != nil {
		return f
	}
	jar := filepath.Join(javaDir, "ofdrw", "target", "ofdrw.jar")
	if _, f.fatal = output(ctx, "java", "-Djava.awt.headless=true", "-cp", jar, "peers.Judge", file); f.fatal != nil {
		return f
	}
	if _, err := os.Stat(file + ".seal"); err != nil {
		f.fatal = errors.New("ofdrw does not call the seal valid")
		return f
	}
	text, err := os.ReadFile(file + ".txt")
	if err != nil {
		f.fatal = err
		return f
	}
	f.text = strings.Join(strings.Fields(string(text)), "")
	data, _ := os.ReadFile(file + ".json") // there is none if ofdrw did not find it
	f.notes = j.checkAttachment(data, i)
	return f
}
