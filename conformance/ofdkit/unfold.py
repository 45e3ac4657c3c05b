"""Writes the text of OFD files, as ofdkit reads it.

    unfold.py FOLDER FILE...

Writes FOLDER/name.ofdkit.txt for name.ofd: one line for each text object, in the file's order,
because ofdkit's own order of lines puts a label among the lines of its value. Files that ofdkit cannot read are reported on
the error stream and get no output file.
"""

import sys
from pathlib import Path

import ofdkit

for file in map(Path, sys.argv[2:]):
    try:
        with ofdkit.open(file) as document:
            text = "\n".join(run.text for page in document.pages for run in page.runs)
    except Exception as e:  # whatever it is, the file has no text
        print(f"{file}: {type(e).__name__}: {e}", file=sys.stderr)
    else:
        Path(sys.argv[1], file.stem + ".ofdkit.txt").write_text(text, encoding="utf-8")
