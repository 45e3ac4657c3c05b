"""Signs a PDF twice, and has three programs judge it.

    two.py DIRECTORY DSS-HARNESS.jar

DIRECTORY is a set of conformance/specimens. Its first specimen, which its P-256 signature certifies without any change
allowed, gets a second signature by an RSA key of another authority, as an incremental update. So does the same page
without a signature, certified so that it may be signed again, the only way in which a second signature is allowed.
"""

import logging
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

from alter import Heedless
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

DER, PEM = serialization.Encoding.DER, serialization.Encoding.PEM


def authority(name, key):
    """Return the signer of an authority of its own, and the authority's certificate in PEM."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = certificate(f"{name} root", root_key, None, root_key)
    leaf = certificate(name, key, root, root_key)
    private = key.private_bytes(DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    store = SimpleCertificateStore()
    store.register(asn1_x509.Certificate.load(root.public_bytes(DER)))
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(leaf.public_bytes(DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(private), cert_registry=store,
    ), root.public_bytes(PEM)


def certificate(name, key, issuer, issuer_key):
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(timezone.utc)
    is_root = issuer is None
    return (
        x509.CertificateBuilder()
        .subject_name(subject).issuer_name(subject if is_root else issuer.subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(is_root, None), True)
        .add_extension(x509.KeyUsage(not is_root, not is_root, False, False, False, is_root, is_root, False, False), True)
        .sign(issuer_key, hashes.SHA256())
    )


def sign(source, field, signer, certify, by=signers.PdfSigner):
    writer = IncrementalPdfFileWriter(BytesIO(source))
    fields.append_signature_field(writer, fields.SigFieldSpec(field))
    meta = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES,
        certify=certify, docmdp_permissions=fields.MDPPerm.FILL_FORMS,
    )
    return by(meta, signer=signer).sign_pdf(writer, output=BytesIO()).getvalue()


def unsigned(source):
    reader = PdfFileReader(BytesIO(source))
    writer, out = copy_into_new_writer(reader), BytesIO()
    del writer.root["/AcroForm"], writer.root["/Perms"]
    del writer.root["/Pages"]["/Kids"][0]["/Annots"]
    writer.write(out)
    return out.getvalue()


def judge(file, root, harness):
    reader = PdfFileReader(BytesIO(file.read_bytes()))
    context = {"trust_roots": list(load_certs_from_pemder([str(root)])), "allow_fetching": False}
    for one in reader.embedded_signatures:
        status = validate_pdf_signature(one, ValidationContext(**context))
        said = "passes" if status.bottom_line else "does not pass"
        print(f"{file.name}: pyHanko: {one.field_name} {said}: {status.summary()}, {status.coverage.name}, {status.modification_level}")
    said = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True).stdout.splitlines()
    for line in said:
        if any(mark in line for mark in ("Signature #", "Validation", "document signed")):
            print(f"{file.name}: pdfsig: {line.strip()}")
    said = subprocess.run(["java", "-jar", harness, "each", root, file], capture_output=True, text=True).stdout
    for line in said.splitlines():
        print(f"{file.name}: DSS: {', '.join(line.split(chr(9))[1:])}")


def main():
    logging.disable(logging.CRITICAL)
    directory, harness = Path(sys.argv[1]), sys.argv[2]
    copy = (directory / "constructor-1-01.pdf").read_bytes()
    first, first_root = authority("First", ec.generate_private_key(ec.SECP256R1()))
    second, second_root = authority("Second", rsa.generate_private_key(65537, 2048))
    root = directory / "two-roots.pem"
    root.write_bytes((directory / "root.pem").read_bytes() + first_root + second_root)
    for name, data in {
        "two-certified.pdf": sign(copy, "Second", second, False, Heedless),
        "two-allowed.pdf": sign(sign(unsigned(copy), "First", first, True), "Second", second, False),
        "one-rsa.pdf": sign(unsigned(copy), "First", second, False),
    }.items():
        (directory / name).write_bytes(data)
        judge(directory / name, root, harness)


if __name__ == "__main__":
    main()
