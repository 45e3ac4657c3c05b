"""Checks the manifest of a job against the archive that it is about: check.py jwks.json manifest.jws archive.zip

It ends with 1 unless the signature is the service's and both have the same files with the same content."""

import hashlib
import json
import re
import sys
import zipfile

from joserfc import jws
from joserfc.jwk import KeySet

SYSTEM = re.compile(r"(^|/)(__MACOSX(/|$)|(?i:\.DS_Store|Thumbs\.db|desktop\.ini)$)")  # files that are no entries
HIDDEN = re.compile(r"[\\\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")


def name_of(m):
    raw = m.orig_filename.encode("utf-8" if m.flag_bits & 0x800 else "latin-1")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def main(keys, manifest, archive):
    def show(text):  # what shows nothing, or moves or turns what stands around it, is written as its number
        return "".join(c if c in " \u3000" or c.isprintable() and not HIDDEN.match(c) else ascii(c)[1:-1] for c in text)
    with open(keys, encoding="utf-8") as f, open(manifest, encoding="ascii") as g:
        signed = jws.deserialize_compact(g.read(), KeySet.import_key_set(json.load(f)), algorithms=["ES256"])  # or raises
    said, passed = json.loads(signed.payload), 0
    if signed.headers()["typ"] != "jiazhu-manifest+jwt" or said["count"] != len(said["entries"]):
        sys.exit(f"{manifest}: this is no manifest")
    with open(archive, "rb") as f, zipfile.ZipFile(archive, metadata_encoding="latin-1") as z:
        if hashlib.file_digest(f, "sha256").hexdigest() != said["archive"]["sha256"]:
            sys.exit(f"{manifest}: it is about another archive")
        rest = said["entries"][::-1]
        for m in z.infolist():
            name, entry = name_of(m), rest[-1] if rest else {"path": "no entry"}
            if name != entry["path"] and (m.is_dir() or SYSTEM.search(name)):
                passed += not m.is_dir()
            elif not rest or "refused" not in rest.pop():  # a refused one was not read: entry["text"] says why
                if name != entry["path"] or hashlib.sha256(z.read(m)).hexdigest() != entry["sha256"]:
                    sys.exit(f"{manifest}: {show(entry['path'])} is not {show(name)} in the archive")
    if rest or passed != said.get("passedOver", 0):
        sys.exit(f"{manifest}: {len(rest)} entries are not in the archive, or other than {passed} files passed over")
    print(*("\t".join(map(show, (e["verdictName"], e["path"], e.get("text", "")))) for e in said["entries"]), sep="\n")


main(*sys.argv[1:4]) if len(sys.argv) == 4 else sys.exit(__doc__)
