"""Makes the controls that need a PDF library.

    alter.py DIRECTORY

DIRECTORY/manifest.json names the specimen and the recipe of each. All but one are
incremental updates: they keep the signed bytes and add a revision, as a form or
annotation tool does.
"""

import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore


def metadata(writer, _):
    reference = writer.prev.trailer.raw_get("/Info")
    reference.get_object()["/Title"] = pdf_string("另一本证书")
    writer.mark_update(reference)


def page(writer):
    reference = writer.root["/Pages"]["/Kids"].raw_get(0)
    return reference, reference.get_object()


def annotation(writer, _):
    reference, sheet = page(writer)
    note = writer.add_object(generic.DictionaryObject({
        pdf_name("/Type"): pdf_name("/Annot"),
        pdf_name("/Subtype"): pdf_name("/FreeText"),
        pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (100, 100, 300, 140))),
        pdf_name("/DA"): pdf_string("/Helv 12 Tf"),
        pdf_name("/Contents"): pdf_string("使用有效期至2099年12月31日"),
    }))
    sheet["/Annots"] = generic.ArrayObject([*(sheet["/Annots"].raw_get(i) for i in range(len(sheet["/Annots"]))), note])
    writer.mark_update(reference)


def emptied(writer, _):
    """Replace the page's content by a blank one."""
    reference, sheet = page(writer)
    sheet["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0.9 g 0 0 595 842 re f"))
    writer.mark_update(reference)


def attachment(writer, other):
    """Replace the attached certificate.json by that of another certificate."""
    files = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    reference = files[1]["/EF"].raw_get("/F")
    stream = reference.get_object()
    replacement = generic.StreamObject(
        dict_data={key: stream.raw_get(key) for key in stream if key not in ("/Filter", "/DecodeParms", "/Length")},
        stream_data=other.read_bytes(),
    )
    writer.objects[(reference.generation, reference.idnum)] = replacement


def removed(*keys):
    def recipe(writer, _):
        for key in keys:
            del writer.root[key]
        writer.update_root()

    return recipe


def stranger():
    """Return a signer with a self-signed certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A stranger")])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    der = serialization.Encoding.DER
    private = key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(certificate.public_bytes(der)),
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),
    )


class Heedless(signers.PdfSigner):
    """A signer that ignores that the certification forbids further signatures."""

    def _enforce_certification_constraints(self, reader):
        pass


def second_signature(source, target, _):
    writer = IncrementalPdfFileWriter(source)
    fields.append_signature_field(writer, fields.SigFieldSpec("Second"))
    meta = signers.PdfSignatureMetadata(field_name="Second", md_algorithm="sha256")
    Heedless(meta, signer=stranger()).sign_pdf(writer, output=target)


def rewritten(source, target, _):
    """Rewrite the document without an incremental update."""
    copy_into_new_writer(PdfFileReader(source)).write(target)


def update(change):
    def recipe(source, target, other):
        writer = IncrementalPdfFileWriter(source)
        change(writer, other)
        writer.write(target)

    return recipe


RECIPES = {
    "update-metadata": update(metadata),
    "update-annotation": update(annotation),
    "update-page": update(emptied),
    "update-attachment": update(attachment),
    "second-signature": second_signature,
    "rewritten": rewritten,
    "without-tags": update(removed("/StructTreeRoot", "/MarkInfo")),
    "without-colours": update(removed("/OutputIntents")),
    "without-claim": update(removed("/Metadata")),
}


def main():
    directory = Path(sys.argv[1])
    described = json.loads((directory / "manifest.json").read_text())
    other = directory / (described["specimens"][1]["name"] + ".json")
    for control in described["controls"]:
        if recipe := control.get("recipe"):
            with open(directory / (control["of"] + ".pdf"), "rb") as source, open(directory / control["name"], "w+b") as target:
                RECIPES[recipe](source, target, other)


if __name__ == "__main__":
    main()
