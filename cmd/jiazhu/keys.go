package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
	"github.com/go-jose/go-jose/v4"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
)

func (c console) generateKey(_ context.Context, args []string) error {
	f := c.flags("keys generate", "FILE")
	alwaysJSON(f)
	names, err := parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	if err := newKey(names[0]); err != nil {
		return err
	}
	return c.publish(names)
}

// rotateKey makes the next key. Both are published until the service knows the new one and nobody
// signs with the old one any more.
func (c console) rotateKey(_ context.Context, args []string) error {
	f := c.flags("keys rotate", "FILE NEW")
	alwaysJSON(f)
	names, err := parse(f, args, 2, 2)
	if err != nil {
		return err
	}
	if _, err := client.ReadKey(names[0]); err != nil {
		return err
	}
	if err := newKey(names[1]); err != nil {
		return err
	}
	fmt.Fprintf(c.err, "publish both in CLIENTS, then sign with %s, then publish it alone and destroy %s\n", names[1], names[0])
	return c.publish(names)
}

func (c console) showKeys(_ context.Context, args []string) error {
	f := c.flags("keys show", "FILE...")
	alwaysJSON(f)
	names, err := parse(f, args, 1, -1)
	if err != nil {
		return err
	}
	return c.publish(names)
}

// publish prints the public keys as the JWK set for the setting CLIENTS.
func (c console) publish(names []string) error {
	var set jose.JSONWebKeySet
	for _, name := range names {
		key, err := client.ReadKey(name)
		if err != nil {
			return err
		}
		id, err := keys.KeyID(key.Public())
		if err != nil {
			return err
		}
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: key.Public(), KeyID: id, Algorithm: "ES256", Use: "sig"})
	}
	return c.print(set)
}

// splitKeys splits the single key file of earlier versions. It overwrites nothing.
func (c console) splitKeys(_ context.Context, args []string) error {
	f := c.flags("keys split", "FILE DIRECTORY")
	alwaysJSON(f)
	names, err := parse(f, args, 2, 2)
	if err != nil {
		return err
	}
	single, err := os.ReadFile(names[0])
	if err != nil {
		return err
	}
	files, err := fieldcrypto.Split(single)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(names[1], 0o700); err != nil {
		return err
	}
	made := map[string]string{}
	for setting, file := range map[string]struct {
		name string
		data []byte
	}{
		config.NamesKey: {"names.key", files.Names}, config.LimitsKey: {"limits.key", files.Limits}, config.FieldKey: {"field.key", files.Field},
		config.IntegrityKey: {"integrity.key", files.Integrity},
	} {
		made[setting] = filepath.Join(names[1], file.name)
		if err := writeNew(made[setting], file.data); err != nil {
			return err
		}
	}
	return c.print(made)
}

// writeNew writes a file that only its owner can read. It does not overwrite a file.
func writeNew(name string, data []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("keys are not overwritten: %w", err)
	} else if err != nil {
		return fmt.Errorf("write a key: %w", err)
	}
	if _, err := file.Write(data); err != nil {
		_ = file.Close()
		return fmt.Errorf("write a key: %w", err)
	}
	return file.Close()
}

// newKey writes a new P-256 key that only its owner can read. It does not overwrite a file.
func newKey(name string) error {
	key, err := newP256()
	if err != nil {
		return fmt.Errorf("create a key: %w", err)
	}
	data, err := encodeKey(key)
	if err != nil {
		return err
	}
	return writeNew(name, data)
}

func newP256() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }
func newSM2() (crypto.Signer, error)  { return sm2.GenerateKey(rand.Reader) }

// encodeKey returns a key as PKCS #8 in PEM.
func encodeKey(key crypto.Signer) ([]byte, error) {
	der, err := smx509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("write a key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}
