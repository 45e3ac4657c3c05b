"""Checks the manifest of a job against the archive that it is about, with the service's published keys.

usage: check.py jwks.json manifest.jws archive.zip

It ends with 1 if the signature is not the service's, or if the manifest and the archive do not have the same
files with the same content: so also if a row was removed, added or changed.
"""

import hashlib
import json
import sys
import zipfile

from joserfc import jws
from joserfc.jwk import KeySet


def fail(why):
    sys.exit(f"{sys.argv[2]}: {why}")


def main(keys, manifest, archive):
    with open(keys, encoding="utf-8") as f:
        published = KeySet.import_key_set(json.load(f))
    with open(manifest, encoding="ascii") as f:
        signed = jws.deserialize_compact(f.read(), published, algorithms=["ES256"])  # raises if the signature is wrong
    if signed.headers()["typ"] != "jiazhu-manifest+jwt":
        fail("this is no manifest")
    said = json.loads(signed.payload)
    with open(archive, "rb") as f:
        if hashlib.file_digest(f, "sha256").hexdigest() != said["archive"]["sha256"]:
            fail("it is about another archive")
    with zipfile.ZipFile(archive, metadata_encoding="gb18030") as z:
        members = [m for m in z.infolist() if not m.is_dir()]
        if not len(members) == len(said["entries"]) == said["count"]:
            fail(f"{len(members)} files, {len(said['entries'])} entries")
        for m, entry in zip(members, said["entries"]):
            if "refused" in entry:
                continue  # not read, because it cannot be trusted to be one file: entry["text"] says why
            if m.filename != entry["path"] or hashlib.sha256(z.read(m)).hexdigest() != entry["sha256"]:
                fail(f"{entry['path']} is not the file in the archive")
    for entry in said["entries"]:
        print(entry["verdictName"], entry["path"], entry.get("text", ""), sep="\t")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
