"""Attaches the data and signs with pyHanko, in one revision."""

from io import BytesIO
from pathlib import Path

from PIL import Image
from pyhanko.keys import load_certs_from_pemder, load_private_key_from_pemder
from pyhanko.pdf_utils import embed, generic, layout
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from drawing import POINTS
from sheet import Sheet

ROOM = 2 << 10  # bytes kept for the signature


class Signing:
    """Holds the key and the seal's picture, which are read once."""

    def __init__(self, inputs: Path):
        chain = list(load_certs_from_pemder([str(inputs / "pdf.chain.pem")]))
        store = SimpleCertificateStore()
        store.register_multiple(chain)
        key = load_private_key_from_pemder(str(inputs / "pdf.key.pem"), passphrase=None)
        self.signer = signers.SimpleSigner(signing_cert=chain[0], signing_key=key, cert_registry=store)
        stamp = Image.open(inputs / "stamp.png").convert("RGBA")
        whole = layout.SimpleBoxLayoutRule(
            x_align=layout.AxisAlignment.ALIGN_MID, y_align=layout.AxisAlignment.ALIGN_MID, margins=layout.Margins.uniform(0)
        )
        self.style = StaticStampStyle(
            background=PdfImage(stamp), background_layout=whole, background_opacity=1, border_width=0
        )

    def sign(self, sheet: Sheet, drawn: BytesIO) -> bytes:
        writer = IncrementalPdfFileWriter(drawn)
        self._attach(writer, sheet)
        seal = sheet.seal
        left, bottom = seal["x"] * POINTS, (sheet.height - seal["y"] - seal["h"]) * POINTS
        box = tuple(round(v) for v in (left, bottom, left + seal["w"] * POINTS, bottom + seal["h"] * POINTS))
        signer = signers.PdfSigner(
            signers.PdfSignatureMetadata(
                field_name="seal",
                md_algorithm="sha256",
                reason="证照加注",
                subfilter=fields.SigSeedSubFilter.PADES,
                certify=True,
                docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            ),
            signer=self.signer,
            stamp_style=self.style,
            new_field_spec=fields.SigFieldSpec("seal", box=box),
        )
        return signer.sign_pdf(writer, bytes_reserved=2 * ROOM).getvalue()

    @staticmethod
    def _attach(writer: IncrementalPdfFileWriter, sheet: Sheet) -> None:
        data = embed.EmbeddedFileObject.from_file_data(
            writer, data=sheet.data, compress=True, mime_type="application/json",
            params=embed.EmbeddedFileParams(modification_date=sheet.at),
        )
        embed.embed_file(writer, embed.FileSpec(
            file_spec_string="certificate.json", file_name="certificate.json",
            embedded_data=data, af_relationship=generic.pdf_name("/Data"),
        ))
