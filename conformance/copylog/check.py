"""Checks a log of copies with aics-tlog, which shares no code with the programs that wrote it.

usage: check.py DIRECTORY, with
  log/          what is published of the log
  earlier/      checkpoints that it had
  proofs/       proofs of copies, of which keys.json has the digests
  keys.json     {"log": KEY, "witness": KEY, "copies": {NAME: [CONTENT, PDF, OFD]}}
"""

import hashlib
import json
import sys
from base64 import b64decode
from pathlib import Path

from aics_tlog import (
    FileSystemTileReader,
    VerifiedTileReader,
    audit_tiles,
    consistency_proof_from_tiles,
    inclusion_proof_from_tiles,
    leaf_hash,
    parse_checkpoint,
    parse_note,
    parse_vkey,
    verify_checkpoint,
    verify_consistency,
    verify_inclusion,
)

root = Path(sys.argv[1])
keys = json.loads((root / "keys.json").read_text())
log, witness = parse_vkey(keys["log"]), parse_vkey(keys["witness"])
failures = []


def require(holds, what):
    if not holds:
        failures.append(what)


def read_checkpoint(data, name):
    note = parse_note(data)
    result = verify_checkpoint(note, log, [witness], 1)
    require(result.ok, f"{name}: {result.error}")
    return parse_checkpoint(note.text)


reader = FileSystemTileReader(root / "log")
now = read_checkpoint((root / "log" / "checkpoint").read_bytes(), "checkpoint")
report = audit_tiles(reader, now.size, now.root)
reader = VerifiedTileReader(reader, now.size, now.root)

earlier = 0
for file in sorted((root / "earlier").iterdir()):
    before = read_checkpoint(file.read_bytes(), file.name)
    proof = consistency_proof_from_tiles(reader, before.size, now.size)
    require(verify_consistency(before.size, now.size, before.root, now.root, proof), f"{file.name}: not consistent")
    if 0 < before.size < now.size:
        wrong = bytes([before.root[0] ^ 1]) + before.root[1:]
        require(not verify_consistency(before.size, now.size, wrong, now.root, proof), f"{file.name}: any root is consistent")
    earlier += 1


def read_proof(text):
    """Reads a c2sp.org/tlog-proof@v1, which aics-tlog has no reader for."""
    head, _, checkpoint = text.partition("\n\n")
    header, extra, index, *hashes = head.split("\n")
    assert header == "c2sp.org/tlog-proof@v1" and extra.startswith("extra ") and index.startswith("index ")
    return b64decode(extra[6:]), int(index[6:]), [b64decode(h) for h in hashes], checkpoint


proofs = 0
for name, digests in keys["copies"].items():
    content, pdf, ofd = (bytes.fromhex(d) for d in digests)
    extra, index, hashes, checkpoint = read_proof((root / "proofs" / name).read_text())
    salt, entry = extra[:16], extra[80:]
    require(extra[16:48] == pdf and extra[48:80] == ofd, f"{name}: of other files")
    commitment = hashlib.sha256(b"jiazhu-copylog/1 commitment\n" + salt + content + pdf + ofd).digest()
    require(len(entry) == 49 and entry[:1] == b"\x01" and entry[17:] == commitment, f"{name}: of another copy")
    then = read_checkpoint(checkpoint, name)
    leaf = leaf_hash(entry)
    require(verify_inclusion(leaf, index, then.size, hashes, then.root), f"{name}: not included")
    require(not verify_inclusion(leaf_hash(entry + b"\0"), index, then.size, hashes, then.root), f"{name}: anything is included")
    own = inclusion_proof_from_tiles(reader, index, now.size)
    require(verify_inclusion(leaf, index, now.size, own, now.root), f"{name}: not included now")
    proofs += 1

print(f"aics-tlog: {report.size} entries in {report.bundles} bundles, {report.tiles} tiles; {earlier} earlier checkpoints; {proofs} proofs; {len(failures)} failures")
for f in failures[:10]:
    print("  " + f)
sys.exit(bool(failures))
