package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"crypto"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
)

// layer is a Lambda layer of keys: the parameter of template.yaml that takes its ARN, and what it holds.
type layer struct {
	parameter string
	holds     []string // files and directories
}

func keyLayers() []layer {
	return []layer{
		{"NamesKeyLayer", []string{"names.key"}},
		{"LimitsKeyLayer", []string{"limits.key"}},
		{"FieldKeyLayer", []string{"field.key"}},
		{"IntegrityKeyLayer", []string{"integrity.key"}},
		{"SigningLayer", []string{"sign"}},
		{"VerifyLayer", []string{"verify", "trust"}},
	}
}

// packLayers checks the keys of a deployment as its functions do when they start, and makes an archive for each
// Lambda layer of them.
func (c console) packLayers(ctx context.Context, args []string) error {
	f := c.flags("keys layers", "DIRECTORY LAYERS")
	asJSON := f.Bool("json", false, "print JSON")
	names, err := parse(f, args, 2, 2)
	if err != nil {
		return err
	}
	if err := c.checkDeploymentKeys(ctx, names[0]); err != nil {
		return fmt.Errorf("no layers are made: %w", err)
	}
	if err := os.Mkdir(names[1], 0o700); err != nil {
		return fmt.Errorf("layers are made in a new directory: %w", err)
	}
	made := map[string]string{} // archives by parameter
	for _, l := range keyLayers() {
		archive, err := l.pack(os.DirFS(names[0]))
		if err != nil {
			return err
		}
		file := filepath.Join(names[1], l.parameter+".zip")
		if err := writeNew(file, archive); err != nil {
			return err
		}
		made[l.parameter] = file
	}
	if *asJSON {
		return c.print(made)
	}
	for _, l := range keyLayers() {
		fmt.Fprintf(c.out, "aws lambda publish-layer-version --layer-name jiazhu-%s --zip-file fileb://%s --query LayerVersionArn   # %s\n",
			strings.TrimSuffix(strings.ToLower(l.parameter), "layer"), made[l.parameter], l.parameter)
	}
	fmt.Fprintln(c.out, "Give the ARNs as parameters of the stack, and delete the archives.")
	return nil
}

// pack makes the archive, whose files are below keys/ and readable by the function. Requests for certificates stay
// outside.
func (l layer) pack(directory fs.FS) ([]byte, error) {
	var buffer bytes.Buffer
	archive := zip.NewWriter(&buffer)
	for _, root := range l.holds {
		err := fs.WalkDir(directory, root, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || strings.HasSuffix(name, ".csr.pem") {
				return err
			}
			data, err := fs.ReadFile(directory, name)
			if err != nil {
				return err
			}
			header := &zip.FileHeader{Name: path.Join("keys", name), Method: zip.Deflate}
			header.SetMode(0o644)
			file, err := archive.CreateHeader(header)
			if err != nil {
				return err
			}
			_, err = file.Write(data)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", root, err)
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}

// checkDeploymentKeys opens the keys as the functions do, and requires that the trust bundle names each issuing
// authority's certificates for it, that these do not name another, and the keys of codes and receipts. Keys in a key service are taken to be those of
// their certificates; a key of codes there is not compared.
func (c console) checkDeploymentKeys(ctx context.Context, directory string) error {
	directory, err := filepath.Abs(directory)
	if err != nil {
		return err
	}
	var errs []error
	add := func(err error) { errs = append(errs, err) }
	add(checkSecrets(directory))
	receipt, err := keys.Open("file://"+filepath.Join(directory, "verify"), "receipt")
	add(err)
	data, err := os.ReadFile(filepath.Join(directory, "trust", "trust.json"))
	if err != nil {
		return errors.Join(append(errs, err)...)
	}
	trust, err := evidence.ParseTrust(data)
	add(err)
	offices, token, err := keys.Providers{"awskms": openByCertificate}.OpenAll(ctx, filepath.Join(directory, "sign"))
	add(err)
	if err := errors.Join(errs...); err != nil {
		return err
	}
	kinds, err := c.readSchemes()
	if err != nil {
		return err
	}
	add(issue.CheckOwners(offices, kinds))
	for code, k := range offices {
		add(issue.Keys{PDF: k.PDF, Seal: k.Seal, ESL: k.ESL}.Check())
		add(trust.CheckNamed(evidence.SignsPDF, k.PDF.Chain()[0], code))
		add(trust.CheckNamed(evidence.SignsOFD, k.Seal.Chain()[0], code))
		add(checkTimestampRoots(trust, filepath.Join(directory, "sign"), k))
	}
	if !isPublished(trust.Receipts, receipt) {
		add(errors.New("the trust bundle does not have the key verify/receipt"))
	}
	if _, err := os.Stat(filepath.Join(directory, "sign", "token.location")); err != nil && !isPublished(trust.Tokens, token) {
		add(errors.New("the trust bundle does not have the key sign/token"))
	}
	return errors.Join(errs...)
}

// checkTimestampRoots requires the roots of the authorities whose timestamps the trust bundle requires of an issuing
// authority's signatures: without them endorse asks for none, and its copies are not trusted.
func checkTimestampRoots(trust evidence.Trust, sign string, k keys.Authority) error {
	const general, seals = "tsa.pem", "seal-tsa.pem"
	var errs []error
	for _, of := range []struct {
		use   evidence.Use
		key   keys.Signer
		files map[tsp.Algorithms][]string // one of which has the roots
	}{
		{evidence.SignsPDF, k.PDF, map[tsp.Algorithms][]string{"": {general}, tsp.SHA2: {general}}},
		{evidence.SignsOFD, k.Seal, map[tsp.Algorithms][]string{"": {seals, general}, tsp.SHA2: {general}, tsp.SM: {seals}}},
	} {
		rule := trust.TimestampRuleOf(of.use, of.key.Chain()[0])
		if rule == nil {
			continue
		}
		if !slices.ContainsFunc(of.files[rule.Algorithms], func(name string) bool {
			_, err := os.Stat(filepath.Join(sign, name))
			return err == nil
		}) {
			errs = append(errs, fmt.Errorf("the trust bundle requires timestamps of %s for use %q: no file of %v in %s has the roots of their authority",
				cmp.Or(rule.Algorithms, "any algorithms"), of.use, of.files[rule.Algorithms], sign))
		}
	}
	return errors.Join(errs...)
}

func isPublished(all credential.Keys, signer keys.Signer) bool {
	own, ok := signer.PublicKey().(*ecdsa.PublicKey)
	return ok && slices.ContainsFunc(all.Set().Keys, func(k credential.PublicKey) bool { return own.Equal(k.Key) })
}

func checkSecrets(directory string) error {
	var files fieldcrypto.KeyFiles
	for name, into := range map[string]*[]byte{"names": &files.Names, "limits": &files.Limits, "field": &files.Field, "integrity": &files.Integrity} {
		data, err := os.ReadFile(filepath.Join(directory, name+".key"))
		if err != nil {
			return err
		}
		*into = data
	}
	_, err := fieldcrypto.New(files)
	return err
}

// openByCertificate opens a key that a key service keeps by its certificate alone: it signs nothing. Another key
// takes the place of one without a certificate, which is that of codes.
func openByCertificate(_ context.Context, _ string, chain [][]byte) (keys.Signer, error) {
	var public crypto.PublicKey
	if len(chain) > 0 {
		leaf, err := smx509.ParseCertificate(chain[0])
		if err != nil {
			return nil, err
		}
		public = leaf.PublicKey
	} else {
		other, err := newP256()
		if err != nil {
			return nil, err
		}
		public = other.Public()
	}
	return keys.Callback(public, chain, func(context.Context, []byte) ([]byte, error) {
		return nil, errors.New("the key is in a key service")
	})
}
