package phone

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
)

// signedFor is how long what the app signs is good.
const assertionLife = time.Minute

// app signs what the national app would sign, and posts it.
type app struct {
	service, issuer, device string
	signer                  jose.Signer
	client                  *http.Client
}

func newApp(o Options) (*app, error) {
	signer, err := openKey(o.Key)
	if err != nil {
		return nil, fmt.Errorf("the app's key: %w", err)
	}
	client := o.Client
	if client == nil {
		client = &http.Client{Timeout: answerWithin}
	}
	return &app{
		service: o.Service, issuer: o.Issuer, device: "stand-in-" + strings.ToLower(rand.Text()[:8]),
		signer: signer, client: client,
	}, nil
}

// openKey reads a P-256 key in PKCS#8 PEM. Its id is the one the service's settings
// publish.
func openKey(file string) (jose.Signer, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	key, err := privateKey(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	id, err := keys.KeyID(key.Public())
	if err != nil {
		return nil, err
	}
	return jose.NewSigner(
		jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: id}},
		(&jose.SignerOptions{}).WithType("JWT"))
}

// code is what a challenge's QR code says.
type code struct{ challenge, nonce string }

var errNotACode = errors.New("这不是实名认证的二维码")

// readCode reads <origin>/i#<challenge>.<nonce>.
func readCode(text string) (code, error) {
	_, fragment, found := strings.Cut(strings.TrimSpace(text), "/i#")
	challenge, nonce, two := strings.Cut(fragment, ".")
	if !found || !two || challenge == "" || nonce == "" {
		return code{}, errNotACode
	}
	return code{challenge, nonce}, nil
}

// reply is the service's answer, passed on as it is.
type reply struct {
	status int
	kind   string
	body   []byte
}

// scan tells the service that this phone has scanned the code.
func (a *app) scan(ctx context.Context, c code) (reply, error) {
	return a.post(ctx, c, "scan", a.claims(c))
}

// cameraResult is what happened before the camera.
type cameraResult struct {
	number     string // typed by the person
	recognised bool
	person     Person
}

// assert tells the service whose face was seen.
func (a *app) assert(ctx context.Context, c code, f cameraResult) (reply, error) {
	claims := a.claims(c)
	claims["method"] = "face"
	claims["number"] = f.number
	claims["result"] = "fail"
	if f.recognised {
		claims["result"] = "pass"
	}
	sum := sha256.Sum256([]byte(c.challenge + ":" + f.person.IDType + ":" + f.person.IDNumber))
	claims["holder"] = hex.EncodeToString(sum[:])
	return a.post(ctx, c, "assertion", claims)
}

func (a *app) claims(c code) map[string]any {
	now := time.Now()
	return map[string]any{
		"iss": a.issuer, "aud": a.service, "jti": rand.Text(),
		"iat": now.Unix(), "exp": now.Add(assertionLife).Unix(),
		"challenge": c.challenge, "nonce": c.nonce, "device": a.device,
	}
}

// post signs the claims and sends them as {<step>: JWS} to the challenge's step.
func (a *app) post(ctx context.Context, c code, step string, claims map[string]any) (reply, error) {
	signed, err := jwt.Signed(a.signer).Claims(claims).Serialize()
	if err != nil {
		return reply{}, fmt.Errorf("sign the %s: %w", step, err)
	}
	body, err := json.Marshal(map[string]string{step: signed})
	if err != nil {
		return reply{}, err
	}
	address := a.service + "/v1/identity/challenges/" + url.PathEscape(c.challenge) + "/" + step
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := a.client.Do(request)
	if err != nil {
		return reply{}, fmt.Errorf("post the %s: %w", step, err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header.Get("Content-Type"), answer}, err
}
