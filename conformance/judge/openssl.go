package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/jiazhu/jiazhu/conformance/manifest"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
)

// Where the signature of an OFD lies in the package.
const (
	signatureDirectory = "Doc_0/Signs/Sign_0/"
	signatureList      = signatureDirectory + "Signature.xml"
	signatureValue     = signatureDirectory + "SignedValue.dat"
)

// distid is the identity that SM2 signatures are made with where nothing else is agreed
// (GB/T 35276). openssl takes it as an option only.
const distid = "distid:1234567812345678"

// openssl has openssl compute the digest of every part and verify the two certificates, the
// seal and its signature. This program only cuts the DER, and compares digests.
func (j *judge) openssl(ctx context.Context) []outcome {
	var bundle evidence.Bundle
	must.Do(json.Unmarshal(must.Get(os.ReadFile(filepath.Join(j.directory, manifest.Trust))), &bundle))
	roots := filepath.Join(j.scratch, "seal-roots.pem")
	must.Do(os.WriteFile(roots, []byte(strings.Join(bundle.SealRoots, "")), 0o600))
	return j.judgeEach(ctx, manifest.OpenSSL, signature, "ofd", func(ctx context.Context, file string) string {
		o := opensslCheck{ctx: ctx, directory: must.Get(os.MkdirTemp(j.scratch, "openssl-")), roots: roots}
		if err := o.check(file); err != nil {
			return oneLine(err.Error())
		}
		return ""
	})
}

// opensslCheck is the check of one file, in a directory of its own.
type opensslCheck struct {
	ctx              context.Context
	directory, roots string
}

func (o opensslCheck) check(file string) error {
	parts, err := readParts(file)
	if err != nil {
		return err
	}
	var value sesSignature
	var signed tbsSign
	var seal sesSeal
	if err := errors.Join(unmarshalDER(parts[signatureValue], &value), unmarshalDER(value.Signed.FullBytes, &signed), unmarshalDER(signed.Seal.FullBytes, &seal)); err != nil {
		return err
	}
	if err := o.checkDigests(parts, signed.DataHash.Bytes); err != nil {
		return err
	}
	signer, maker := o.write("signer.pem", certificatePEM(value.Certificate)), o.write("maker.pem", certificatePEM(seal.Maker))
	if said := output(o.ctx, "openssl", "verify", "-vfyopt", distid, "-CAfile", o.roots, signer, maker); said != signer+": OK\n"+maker+": OK\n" {
		return errors.New(said)
	}
	return errors.Join(o.verify(maker, seal.Info.FullBytes, seal.Value.Bytes), o.verify(signer, value.Signed.FullBytes, value.Value.Bytes))
}

// checkDigests compares the digests that openssl computes with those of the list of parts,
// and the list's own with the signed one.
func (o opensslCheck) checkDigests(parts map[string][]byte, list []byte) error {
	var read struct {
		References []struct {
			File   string `xml:"FileRef,attr"`
			Digest string `xml:"CheckValue"`
		} `xml:"SignedInfo>References>Reference"`
	}
	if err := xml.Unmarshal(parts[signatureList], &read); err != nil {
		return err
	}
	want := map[string]string{signatureList: fmt.Sprintf("%x", list)}
	for _, r := range read.References {
		digest, err := base64.StdEncoding.DecodeString(r.Digest)
		if err != nil {
			return err
		}
		want[strings.TrimPrefix(r.File, "/")] = fmt.Sprintf("%x", digest)
	}
	args, names := []string{"dgst", "-sm3", "-r"}, map[string]string{}
	for name := range want {
		if parts[name] == nil {
			return fmt.Errorf("%s is not in the file", name)
		}
		path := o.write(fmt.Sprintf("part-%d", len(names)), parts[name])
		args, names[path] = append(args, path), name
	}
	for _, line := range lines(o.ctx, "openssl", args...) {
		digest, path, _ := strings.Cut(line, " *")
		if want[names[path]] != digest {
			return fmt.Errorf("the digest of %s is %s, not %s", names[path], digest, want[names[path]])
		}
		delete(want, names[path])
	}
	if len(want) > 0 {
		return fmt.Errorf("no digest for %v", want)
	}
	return nil
}

// verify verifies an SM2 signature of a message by the key of a certificate.
func (o opensslCheck) verify(certificate string, message, value []byte) error {
	said := output(o.ctx, "openssl", "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt", distid, "-certin", "-inkey", certificate,
		"-in", o.write("message", message), "-sigfile", o.write("value", value))
	if said != "Signature Verified Successfully\n" {
		return fmt.Errorf("%s: %s", filepath.Base(certificate), said)
	}
	return nil
}

// write writes a file for openssl and returns its path.
func (o opensslCheck) write(name string, data []byte) string {
	path := filepath.Join(o.directory, name)
	must.Do(os.WriteFile(path, data, 0o600))
	return path
}

// The DER of a signature and a seal (GB/T 38540, version 4) as far as openssl needs it.
type (
	sesSignature struct {
		Signed      asn1.RawValue
		Certificate []byte
		Algorithm   asn1.ObjectIdentifier
		Value       asn1.BitString
	}
	tbsSign struct {
		Version  int
		Seal     asn1.RawValue
		At       asn1.RawValue
		DataHash asn1.BitString
	}
	sesSeal struct {
		Info      asn1.RawValue
		Maker     []byte
		Algorithm asn1.ObjectIdentifier
		Value     asn1.BitString
	}
)

func unmarshalDER(der []byte, into any) error {
	rest, err := asn1.Unmarshal(der, into)
	if err == nil && len(rest) > 0 {
		err = errors.New("something follows the DER")
	}
	return err
}

func certificatePEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// readParts returns the parts of a package by their names.
func readParts(file string) (map[string][]byte, error) {
	pack, err := zip.OpenReader(file)
	if err != nil {
		return nil, err
	}
	defer pack.Close()
	parts := map[string][]byte{}
	for _, entry := range pack.File {
		in, err := entry.Open()
		if err != nil {
			return nil, err
		}
		var data bytes.Buffer
		if _, err := io.Copy(&data, in); err != nil {
			return nil, err
		}
		parts[entry.Name] = data.Bytes()
	}
	return parts, nil
}
