package peers;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.GregorianCalendar;
import java.util.Hashtable;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.SignatureOptions;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.CMSTypedData;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** Signs as PAdES baseline B asks: CMS, detached, with the certificate's digest among the signed attributes. */
final class Signing {
    private static final int ROOM = 2 << 10;

    private final CMSSignedDataGenerator generator;
    private final byte[] appearance;

    Signing(Keys keys, byte[] appearance) throws GeneralSecurityException, OperatorCreationException, CMSException {
        this.appearance = appearance;
        X509Certificate leaf = keys.chain().get(0);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(leaf.getEncoded());
        Hashtable<ASN1ObjectIdentifier, Attribute> attributes = new Hashtable<>();
        attributes.put(PKCSObjectIdentifiers.id_aa_signingCertificateV2, new Attribute(
            PKCSObjectIdentifiers.id_aa_signingCertificateV2,
            new DERSet(new SigningCertificateV2(new ESSCertIDv2(digest)))));
        DefaultSignedAttributeTableGenerator signed =
            new DefaultSignedAttributeTableGenerator(new AttributeTable(attributes)) {
                @Override
                public AttributeTable getAttributes(java.util.Map parameters) {
                    return super.getAttributes(parameters).remove(CMSAttributes.signingTime);
                }
            };
        generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(
            new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
                .setSignedAttributeGenerator(signed)
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.key()), leaf));
        generator.addCertificates(new JcaCertStore(keys.chain()));
    }

    byte[] sign(Sheet sheet, byte[] unsigned) throws IOException {
        try (PDDocument document = Loader.loadPDF(unsigned); SignatureOptions options = new SignatureOptions()) {
            PDSignature signature = new PDSignature();
            signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
            signature.setSubFilter(COSName.getPDFName("ETSI.CAdES.detached"));
            signature.setReason("证照加注");
            signature.setSignDate(GregorianCalendar.from(sheet.time.toZonedDateTime()));
            options.setPage(0);
            options.setVisualSignature(new ByteArrayInputStream(appearance));
            options.setPreferredSignatureSize(ROOM);
            document.addSignature(signature, this::cms, options);
            ByteArrayOutputStream out = new ByteArrayOutputStream(unsigned.length + 4 * ROOM);
            document.saveIncremental(out);
            return out.toByteArray();
        }
    }

    private byte[] cms(InputStream content) throws IOException {
        try {
            return generator.generate(new Content(content)).getEncoded();
        } catch (CMSException e) {
            throw new IOException(e);
        }
    }

    /** What is signed, read once. */
    private record Content(InputStream in) implements CMSTypedData {
        @Override
        public ASN1ObjectIdentifier getContentType() {
            return PKCSObjectIdentifiers.data;
        }

        @Override
        public void write(OutputStream out) throws IOException {
            in.transferTo(out);
        }

        @Override
        public Object getContent() {
            return in;
        }
    }
}
