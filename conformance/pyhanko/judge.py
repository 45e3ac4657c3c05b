"""Judges the signatures of PDF files with pyHanko.

    judge.py ROOT.pem FILE...
    judge.py --measure ROOT.pem FILE...

Prints one line for each file, with tabs between: file, pass or fail, the level
that could be validated (B, T or LT), and pyHanko's own text. A file passes when it has
exactly one signature, whose certificate leads to ROOT.pem, which covers the
entire file and allows no changes. Nothing is fetched. With --measure it prints
the CPU time of each validation in nanoseconds.
"""

import logging
import sys
import time

from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko_certvalidator import ValidationContext


def trust(roots):
    return {"trust_roots": roots, "allow_fetching": False}


def long_term(reader, signature, roots):
    """Return whether the data in the file shows that no certificate was revoked."""
    try:
        carried = DocumentSecurityStore.read_dss(reader)
        context = carried.as_validation_context({**trust(roots), "revocation_mode": "hard-fail"})
        return validate_pdf_signature(signature, context).bottom_line
    except NoDSSFoundError:
        return False


def judge(file, roots):
    with open(file, "rb") as source:
        reader = PdfFileReader(source)
        signatures = reader.embedded_signatures
        if len(signatures) != 1:
            return "fail", "-", f"{len(signatures)} signatures"
        one = signatures[0]
        status = validate_pdf_signature(one, ValidationContext(**trust(roots)))
        level = "B"
        if status.timestamp_validity is not None:
            good = status.timestamp_validity.valid and status.timestamp_validity.trusted
            level = "T" if good else "-"
        if level == "T" and long_term(reader, one, roots):
            level = "LT"
        passed = (
            status.bottom_line
            and status.docmdp_ok
            and one.docmdp_level == MDPPerm.NO_CHANGES
            and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        )
        return ("pass" if passed else "fail"), level, f"{status.summary()}, {status.coverage.name}"


def measure(files, roots):
    for file in files:
        before = time.process_time_ns()
        said = judge(file, roots)
        if said[0] != "pass":
            sys.exit(f"{file}: {said}")
        print(time.process_time_ns() - before)


def main():
    logging.disable(logging.CRITICAL)
    if sys.argv[1] == "--measure":
        return measure(sys.argv[3:], list(load_certs_from_pemder([sys.argv[2]])))
    roots = list(load_certs_from_pemder([sys.argv[1]]))
    for file in sys.argv[2:]:
        try:
            said = judge(file, roots)
        except Exception as e:  # whatever it is, the file is refused
            said = "fail", "-", f"{type(e).__name__}: {e}"
        print(file, *said, sep="\t")


if __name__ == "__main__":
    main()
