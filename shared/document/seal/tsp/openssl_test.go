package tsp_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
)

// openssl is the working directory of the openssl program.
type openssl struct {
	t   *testing.T
	dir string
}

func newOpenSSL(t *testing.T) openssl {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	return openssl{t, t.TempDir()}
}

func (o openssl) write(name string, data []byte) string {
	o.t.Helper()
	path := filepath.Join(o.dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		o.t.Fatal(err)
	}
	return path
}

func (o openssl) run(args string) error {
	cmd := exec.CommandContext(o.t.Context(), "openssl", strings.Fields(args)...)
	cmd.Dir = o.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("openssl %s: %w: %s", args, err, out)
	}
	return nil
}

func (o openssl) must(args string) {
	o.t.Helper()
	if err := o.run(args); err != nil {
		o.t.Fatal(err)
	}
}

func (o openssl) read(name string) []byte {
	o.t.Helper()
	data, err := os.ReadFile(filepath.Join(o.dir, name))
	if err != nil {
		o.t.Fatal(err)
	}
	return data
}

func TestOpenSSLAcceptsWhatTheTestAuthorityMakes(t *testing.T) {
	o, ca := newOpenSSL(t), authority(t)
	o.write("root.pem", []byte(ca.TimeRoot))
	o.write("token.der", newToken(t, testca.NewTimestamper(ca.Time.Signer, clock), message))
	o.write("data", []byte(message))
	o.write("other", []byte("other"))
	const verify = "ts -verify -token_in -in token.der -CAfile root.pem -attime 1795435200 -data "
	o.must(verify + "data")
	if o.run(verify+"other") == nil {
		t.Error("openssl accepts it for other data; the check proves nothing")
	}
}

const authorityOfOpenSSL = `
[ tsa ]
default_tsa = tsa1
[ tsa1 ]
serial = serial
signer_cert = leaf.pem
certs = root.pem
signer_key = leaf.key
signer_digest = sha384
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1, millisecs:500, microsecs:100
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = %s
crypto_device = builtin
[ leaf ]
extendedKeyUsage = critical,timeStamping
`

// OpenSSL is the authority, with RSA keys and keys of another curve, other digests,
// and both ways to identify the certificate.
func TestTimeStampsOfOpenSSLAreRead(t *testing.T) {
	for name, tt := range map[string]struct{ key, names string }{
		"RSA, the certificate named by SHA-1":     {"-newkey rsa:2048", "sha1"},
		"P-384, the certificate named by SHA-256": {"-newkey ec -pkeyopt ec_paramgen_curve:P-384", "sha256"},
		"P-256, the certificate named by SHA-512": {"-newkey ec -pkeyopt ec_paramgen_curve:P-256", "sha512"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOpenSSL(t)
			o.write("tsa.cnf", fmt.Appendf(nil, authorityOfOpenSSL, tt.names))
			o.write("serial", []byte("01\n"))
			o.must("req -x509 " + tt.key + " -nodes -keyout root.key -out root.pem -subj /CN=root -days 3650")
			o.must("req " + tt.key + " -nodes -keyout leaf.key -out leaf.csr -subj /CN=leaf")
			o.must("x509 -req -in leaf.csr -CA root.pem -CAkey root.key -set_serial 7 -days 3650 -extfile tsa.cnf -extensions leaf -out leaf.pem")
			digest := sha256.Sum256([]byte(message))
			request, err := tsp.Request(tsp.SHA2, digest[:], big.NewInt(1<<40))
			if err != nil {
				t.Fatal(err)
			}
			o.write("request.der", request)
			o.must("ts -reply -config tsa.cnf -section tsa1 -queryfile request.der -out answer.der")
			token, err := tsp.Answer(o.read("answer.der"))
			if err != nil {
				t.Fatal(err)
			}
			roots, err := tsp.ReadRoots(tsp.SHA2, o.read("root.pem"))
			if err != nil {
				t.Fatal(err)
			}
			got, err := tsp.Verify(token, []byte(message), roots)
			if err != nil {
				t.Fatal(err)
			}
			if got.Nonce.Int64() != 1<<40 || got.Accuracy.Microseconds() != 1_500_100 || got.Certificate.Subject.CommonName != "leaf" {
				t.Errorf("%+v", got)
			}
			if _, err := tsp.Verify(token, []byte("other"), roots); !errors.Is(err, tsp.ErrImprint) {
				t.Errorf("of other data: got %v, want %v", err, tsp.ErrImprint)
			}
		})
	}
}
