package jiazhu;

import java.io.FileInputStream;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * Makes a seal and a signature with ofdrw's encoders, for the service's reader to read.
 *
 * The directory holds maker.key.pem, maker.chain.pem, signer.key.pem and signer.chain.pem; seal.esl and
 * SignedValue.dat are written there. The document's hash is 32 zero bytes.
 */
final class SealMaker {
    private static final long DAY = 24L * 60 * 60 * 1000;
    private static final String PROPERTY = "/Doc_0/Signs/Sign_0/Signature.xml";

    private SealMaker() {}

    static void make(String version, Path folder) throws Exception {
        Party maker = new Party(folder, "maker");
        Party signer = new Party(folder, "signer");
        byte[][] made = version.equals("v1") ? v1(maker, signer) : v4(maker, signer);
        Files.write(folder.resolve("seal.esl"), made[0]);
        Files.write(folder.resolve("SignedValue.dat"), made[1]);
    }

    private static byte[][] v4(Party maker, Party signer) throws Exception {
        Date now = new Date();
        var property = new org.ofdrw.gm.ses.v4.SES_ESPropertyInfo()
            .setType(new ASN1Integer(1))
            .setName(new DERUTF8String("测试印章"))
            .setCertListType(org.ofdrw.gm.ses.v4.SES_ESPropertyInfo.CertListType)
            .setCertList(org.ofdrw.gm.ses.v4.SES_CertList.getInstance(
                org.ofdrw.gm.ses.v4.SES_ESPropertyInfo.CertListType, new DERSequence(signer.certificate())))
            .setCreateDate(new ASN1GeneralizedTime(now))
            .setValidStart(new ASN1GeneralizedTime(new Date(now.getTime() - DAY)))
            .setValidEnd(new ASN1GeneralizedTime(new Date(now.getTime() + DAY)));
        var info = new org.ofdrw.gm.ses.v4.SES_SealInfo()
            .setHeader(new org.ofdrw.gm.ses.v1.SES_Header(org.ofdrw.gm.ses.v1.SES_Header.V4, new DERIA5String("Test")))
            .setEsID(new DERIA5String("TEST0004"))
            .setProperty(property)
            .setPicture(picture());
        var seal = new org.ofdrw.gm.ses.v4.SESeal()
            .seteSealInfo(info)
            .setCert(maker.certificate)
            .setSignAlgID(GMObjectIdentifiers.sm2sign_with_sm3)
            .setSignedValue(maker.sign(info.getEncoded("DER")));
        var toSign = new org.ofdrw.gm.ses.v4.TBS_Sign()
            .setVersion(new ASN1Integer(4))
            .setEseal(seal)
            .setTimeInfo(new ASN1GeneralizedTime(now))
            .setDataHash(new byte[32])
            .setPropertyInfo(PROPERTY);
        var signature = new org.ofdrw.gm.ses.v4.SES_Signature()
            .setToSign(toSign)
            .setCert(signer.certificate)
            .setSignatureAlgID(GMObjectIdentifiers.sm2sign_with_sm3)
            .setSignature(signer.sign(toSign.getEncoded("DER")));
        return new byte[][] {seal.getEncoded("DER"), signature.getEncoded("DER")};
    }

    private static byte[][] v1(Party maker, Party signer) throws Exception {
        Date now = new Date();
        var property = new org.ofdrw.gm.ses.v1.SES_ESPropertyInfo()
            .setType(org.ofdrw.gm.ses.v1.SES_ESPropertyInfo.OrgType)
            .setName(new DERUTF8String("旧版测试印章"))
            .setCertList(new DERSequence(signer.certificate()))
            .setCreateDate(new ASN1UTCTime(now))
            .setValidStart(new ASN1UTCTime(new Date(now.getTime() - DAY)))
            .setValidEnd(new ASN1UTCTime(new Date(now.getTime() + DAY)));
        var info = new org.ofdrw.gm.ses.v1.SES_SealInfo()
            .setHeader(new org.ofdrw.gm.ses.v1.SES_Header(new ASN1Integer(1), new DERIA5String("Test")))
            .setEsID("TEST0001")
            .setProperty(property)
            .setPicture(picture());
        byte[] covered = new DERSequence(new ASN1Encodable[] {
            info, maker.certificate(), GMObjectIdentifiers.sm2sign_with_sm3}).getEncoded("DER");
        var signInfo = new org.ofdrw.gm.ses.v1.SES_SignInfo()
            .setCert(maker.certificate())
            .setSignatureAlgorithm(GMObjectIdentifiers.sm2sign_with_sm3)
            .setSignData(maker.sign(covered));
        var seal = new org.ofdrw.gm.ses.v1.SESeal(info, signInfo);
        var toSign = new org.ofdrw.gm.ses.v1.TBS_Sign()
            .setVersion(new ASN1Integer(1))
            .setEseal(seal)
            .setTimeInfo(new DERBitString(new ASN1UTCTime(now)))
            .setDataHash(new DERBitString(new byte[32]))
            .setPropertyInfo(new DERIA5String(PROPERTY))
            .setCert(signer.certificate())
            .setSignatureAlgorithm(GMObjectIdentifiers.sm2sign_with_sm3);
        var signature = new org.ofdrw.gm.ses.v1.SES_Signature(
            toSign, new DERBitString(signer.sign(toSign.getEncoded("DER"))));
        return new byte[][] {seal.getEncoded("DER"), signature.getEncoded("DER")};
    }

    private static org.ofdrw.gm.ses.v1.SES_ESPictrueInfo picture() {
        return new org.ofdrw.gm.ses.v1.SES_ESPictrueInfo()
            .setType("PNG").setData(new byte[] {1, 2, 3}).setWidth(40).setHeight(40);
    }

    /** A private key with its certificate. */
    private static final class Party {
        final PrivateKey key;
        final X509Certificate certificate;

        Party(Path folder, String name) throws Exception {
            String pem = Files.readString(folder.resolve(name + ".key.pem"), StandardCharsets.US_ASCII);
            try (PEMParser parser = new PEMParser(new StringReader(pem))) {
                key = new JcaPEMKeyConverter().setProvider(new BouncyCastleProvider())
                    .getPrivateKey((PrivateKeyInfo) parser.readObject());
            }
            try (InputStream in = new FileInputStream(folder.resolve(name + ".chain.pem").toFile())) {
                certificate = (X509Certificate) CertificateFactory
                    .getInstance("X.509", new BouncyCastleProvider()).generateCertificate(in);
            }
        }

        DEROctetString certificate() throws Exception {
            return new DEROctetString(certificate.getEncoded());
        }

        byte[] sign(byte[] message) throws Exception {
            Signature signature = Signature.getInstance("SM3withSM2", new BouncyCastleProvider());
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        }
    }
}
