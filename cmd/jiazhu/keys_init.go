package main

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
)

// office is an issuing authority for which keys are made.
type office struct{ code, name string }

// initKeys makes every key that a new deployment has of its own, in the directories that its Lambda layers have:
// names.key, limits.key, field.key, integrity.key, sign, verify and trust. For each issuing authority it makes the keys
// that sign, with a request for a certificate beside each, or writes where a key service keeps them. It overwrites
// nothing, and prints what is left to do, which others have to do: certificates, seals and the trust bundle.
func (c console) initKeys(_ context.Context, args []string) error {
	f := c.flags("keys init", "DIRECTORY")
	var offices []office
	f.Func("issuer", "an issuing authority of certificates, may be repeated: `CODE,NAME`, its 统一社会信用代码 and name", func(v string) error {
		code, name, ok := strings.Cut(v, ",")
		if !ok || name == "" {
			return errors.New("want CODE,NAME")
		}
		if i := slices.IndexFunc(offices, func(o office) bool { return o.code == code }); i >= 0 {
			return fmt.Errorf("%s is named twice, as %s and as %s", code, offices[i].name, name)
		}
		offices = append(offices, office{code, name})
		return certificate.CheckUSCC(code)
	})
	asJSON := f.Bool("json", false, "print JSON")
	kms := f.String("kms", "", "signing keys are kept by AWS KMS under alias/`PREFIX`-CODE-pdf, alias/PREFIX-CODE-seal and alias/PREFIX-token")
	names, err := parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	if len(offices) == 0 {
		return fmt.Errorf("%w: name an issuing authority with -issuer CODE,NAME", errUsage)
	}
	w := keyWriter{directory: names[0], kms: *kms}
	if err := os.Mkdir(w.directory, 0o700); err != nil {
		return fmt.Errorf("keys are made in a new directory: %w", err)
	}
	if err := w.writeAll(c.now().Format("2006-01"), offices); err != nil {
		return err
	}
	if *asJSON {
		return c.print(map[string]any{"directory": w.directory, "left": w.leftToDo(offices)})
	}
	fmt.Fprintf(c.out, "%s holds the keys. Left to do:\n", w.directory)
	for i, step := range w.leftToDo(offices) {
		fmt.Fprintf(c.out, "%d. %s\n", i+1, step)
	}
	return nil
}

// keyWriter writes a new deployment's keys.
type keyWriter struct{ directory, kms string }

// writeAll writes the keys; id names the field key and the integrity key.
func (w keyWriter) writeAll(id string, offices []office) error {
	secrets, err := fieldcrypto.Generate(id)
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"names.key": secrets.Names, "limits.key": secrets.Limits, "field.key": secrets.Field, "integrity.key": secrets.Integrity,
	} {
		if err := w.write(name, data); err != nil {
			return err
		}
	}
	if err := os.Mkdir(filepath.Join(w.directory, "trust"), 0o700); err != nil {
		return err
	}
	for _, name := range []string{"verify/receipt", "status/status"} {
		if err := w.writeSigningKey(name, "", newP256); err != nil {
			return err
		}
	}
	if w.kms != "" {
		if err := w.write("sign/token.location", []byte("awskms:///alias/"+w.kms+"-token\n")); err != nil {
			return err
		}
	} else if err := w.writeSigningKey("sign/token", "", newP256); err != nil {
		return err
	}
	for _, o := range offices {
		for name, generate := range map[string]func() (crypto.Signer, error){"pdf": newP256, "seal": newSM2} {
			path := "sign/" + o.code + "/" + name
			if w.kms != "" {
				err = w.write(path+".location", fmt.Appendf(nil, "awskms:///alias/%s-%s-%s\n", w.kms, o.code, name))
			} else {
				err = w.writeSigningKey(path, o.name, generate)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// write writes a file of the directory, and the directories above it.
func (w keyWriter) write(name string, data []byte) error {
	path := filepath.Join(w.directory, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return writeNew(path, data)
}

// writeSigningKey writes a new key as PKCS #8, and a request for its certificate (PKCS #10) if subject names whose
// it is.
func (w keyWriter) writeSigningKey(path, subject string, generate func() (crypto.Signer, error)) error {
	key, err := generate()
	if err != nil {
		return fmt.Errorf("create a key: %w", err)
	}
	data, err := encodeKey(key)
	if err != nil {
		return err
	}
	if err := w.write(path+".key.pem", data); err != nil || subject == "" {
		return err
	}
	request, err := smx509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		Subject: pkix.Name{Country: []string{"CN"}, Organization: []string{subject}, CommonName: subject},
	}, key)
	if err != nil {
		return fmt.Errorf("write a request for a certificate: %w", err)
	}
	return w.write(path+".csr.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: request}))
}

// leftToDo says what others have to do, and with which commands it goes on.
func (w keyWriter) leftToDo(offices []office) (steps []string) {
	if w.kms != "" {
		steps = append(steps, "Create the keys in AWS KMS that the files *.location in sign/ name (P-256, and SM2 for seals), and list their ARNs in SigningKeyArns.")
	}
	for _, o := range offices {
		keys := "the requests pdf.csr.pem and, for SM2, seal.csr.pem"
		if w.kms != "" {
			keys = "the two keys"
		}
		directory := filepath.Join(w.directory, "sign", o.code)
		steps = append(steps,
			o.name+": have a certificate authority certify "+keys+" of "+directory+" for signing documents; put the answers into "+
				directory+"/pdf.chain.pem and "+directory+"/seal.chain.pem, leaf first and root last.",
			o.name+": have the seal's maker make its electronic seal (GB/T 38540) for the certificate of seal; put it into "+directory+"/seal.esl.")
	}
	steps = append(steps, "Write the trust bundle, with the days from which and until which each certificate and key is to sign (YYYY-MM-DD):\n"+w.trustCommand(offices))
	if w.kms != "" {
		steps[len(steps)-1] += "\n   token.pem is the public key: aws kms get-public-key --key-id alias/" + w.kms +
			"-token --query PublicKey --output text | base64 -d | openssl pkey -pubin -inform DER -out token.pem"
	}
	return append(steps,
		"jiazhu keys layers "+w.directory+" LAYERS, which checks everything and makes the archives for the Lambda layers.",
		"Keep names.key and field.key where the authority keeps its secrets: without them all names and numbers are lost.")
}

// trustCommand is the command that writes the trust bundle.
func (w keyWriter) trustCommand(offices []office) string {
	const days = ",FROM,UNTIL"
	token := filepath.Join(w.directory, "sign", "token.key.pem")
	if w.kms != "" {
		token = "token.pem"
	}
	lines := []string{
		"   jiazhu trust write " + filepath.Join(w.directory, "trust", "trust.json"),
		"-token-key " + token + days, "-receipt-key " + filepath.Join(w.directory, "verify", "receipt.key.pem") + days,
		"-status-key " + filepath.Join(w.directory, "status", "status.key.pem") + days,
	}
	for _, o := range offices {
		directory := filepath.Join(w.directory, "sign", o.code)
		pdf, seal, maker := filepath.Join(directory, "pdf.chain.pem"), filepath.Join(directory, "seal.chain.pem"), filepath.Join(directory, "seal.esl")
		lines = append(lines, "-root "+pdf+" -seal-root "+seal, "-pdf "+pdf+days+","+o.code, "-seal "+seal+days+","+o.code, "-seal-maker "+maker+days)
	}
	return strings.Join(lines, " \\\n     ")
}
