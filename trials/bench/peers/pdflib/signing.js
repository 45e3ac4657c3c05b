// Signs with signpdf, as PAdES baseline B asks. signpdf's own P12Signer knows RSA
// keys only, so the signer for a P-256 key is made with PKI.js, whose CMS it takes.

import { createHash, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignPdf } from '@signpdf/signpdf';
import { Signer } from '@signpdf/utils';
import * as asn1 from 'asn1js';
import * as pki from 'pkijs';

const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
};

const sha256 = (data) => createHash('sha256').update(data).digest();

function blocks(pem) {
  return [...pem.matchAll(/-----BEGIN [A-Z ]+-----([^-]+)-----END/g)].map((found) => Buffer.from(found[1], 'base64'));
}

class CmsSigner extends Signer {
  constructor(key, chain) {
    super();
    this.key = key;
    this.certificates = chain.map((der) => pki.Certificate.fromBER(der));
    this.leafDigest = sha256(chain[0]);
  }

  async sign(content) {
    const [leaf] = this.certificates;
    const signed = new pki.SignedData({
      version: 1,
      encapContentInfo: new pki.EncapsulatedContentInfo({ eContentType: OID.data }),
      signerInfos: [new pki.SignerInfo({
        version: 1,
        sid: new pki.IssuerAndSerialNumber({ issuer: leaf.issuer, serialNumber: leaf.serialNumber }),
        signedAttrs: new pki.SignedAndUnsignedAttributes({ type: 0, attributes: this.attributes(sha256(content)) }),
      })],
      certificates: this.certificates,
    });
    await signed.sign(this.key, 0, 'SHA-256', content);
    const info = new pki.ContentInfo({ contentType: OID.signedData, content: signed.toSchema(true) });
    return Buffer.from(info.toSchema().toBER());
  }

  attributes(digest) {
    const attribute = (type, value) => new pki.Attribute({ type, values: [value] });
    const essCertId = new asn1.Sequence({ value: [new asn1.OctetString({ valueHex: this.leafDigest })] });
    return [
      attribute(OID.contentType, new asn1.ObjectIdentifier({ value: OID.data })),
      attribute(OID.messageDigest, new asn1.OctetString({ valueHex: digest })),
      attribute(OID.signingCertificateV2, new asn1.Sequence({ value: [new asn1.Sequence({ value: [essCertId] })] })),
    ];
  }
}

export class Signing {
  static async open(inputs) {
    pki.setEngine('node', new pki.CryptoEngine({ name: 'node', crypto: webcrypto }));
    const [der] = blocks(readFileSync(join(inputs, 'pdf.key.pem'), 'ascii'));
    const key = await webcrypto.subtle.importKey('pkcs8', der, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    const signing = new Signing();
    signing.signer = new CmsSigner(key, blocks(readFileSync(join(inputs, 'pdf.chain.pem'), 'ascii')));
    signing.signpdf = new SignPdf();
    return signing;
  }

  sign(document) {
    return this.signpdf.sign(document, this.signer);
  }
}
