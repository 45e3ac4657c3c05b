// The office's key, and the access tokens that it is good for. The key stays in the memory of this page as
// a CryptoKey that cannot be read out; it is neither stored nor sent.

import { language } from "./language.js";
import { read, send } from "./request.js";

const curve = { name: "ECDSA", namedCurve: "P-256" };
const keyIDBytes = 9; // of the SHA-256 of the public key, as the service's settings name it
const assertionLife = 120; // seconds
const renewAfter = 300; // seconds; a token is valid for ten minutes

/** KeyError says why a file is no key; its message is the key of the words for it. */
export class KeyError extends Error {}

/** readKey returns {key, id} of a PKCS #8 file. */
export async function readKey(file) {
  if (file.size > 10_000) throw new KeyError("clerk noKey");
  const text = await new Response(file).text();
  if (/BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(text)) throw new KeyError("clerk lockedKey");
  if (/BEGIN EC PRIVATE KEY/.test(text)) throw new KeyError("clerk oldKey");
  const found = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----/.exec(text);
  if (!found) throw new KeyError("clerk noKey");
  try {
    const der = Uint8Array.from(atob(found[1].replace(/\s/g, "")), (c) => c.charCodeAt(0));
    const id = await idOf(der);
    const key = await crypto.subtle.importKey("pkcs8", der, curve, false, ["sign"]);
    der.fill(0);
    return { key, id };
  } catch (cause) {
    console.info(String(cause));
    throw new KeyError("clerk noKey");
  }
}

// idOf returns the id of a private key's public key.
async function idOf(der) {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", await crypto.subtle.importKey("pkcs8", der, curve, true, ["sign"]));
  const open = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, curve, true, ["verify"]);
  const digest = await crypto.subtle.digest("SHA-256", await crypto.subtle.exportKey("spki", open));
  return encode(new Uint8Array(digest).slice(0, keyIDBytes));
}

// encode writes bytes in base64url.
const encode = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const encodeJSON = (value) => encode(new TextEncoder().encode(JSON.stringify(value)));

async function sign({ key, id }, claims) {
  const content = encodeJSON({ alg: "ES256", kid: id, typ: "JWT" }) + "." + encodeJSON(claims);
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, new TextEncoder().encode(content));
  return content + "." + encode(new Uint8Array(signature));
}

/** Office is an authority's client that reports: its id, its key, the service's origin, and by how much the service's clock is ahead. */
export class Office {
  constructor(client, key, origin, ahead) {
    this.client = client;
    this.key = key;
    this.origin = origin;
    this.ahead = ahead;
    this.token = null;
    this.renewal = 0;
  }

  /** authenticate returns {token}, or the {problem} why the service gives none. */
  async authenticate() {
    const now = Math.floor((Date.now() + this.ahead) / 1000);
    if (this.token && now < this.renewal) return { token: this.token };
    const assertion = await sign(this.key, {
      iss: this.client, sub: this.client, aud: this.origin + "/v1/token", iat: now, exp: now + assertionLife,
      jti: encode(crypto.getRandomValues(new Uint8Array(18))),
    });
    const response = await send("/v1/token", {
      method: "POST", headers: { "content-type": "application/x-www-form-urlencoded", "accept-language": language() },
      body: new URLSearchParams({
        grant_type: "client_credentials", scope: "report", client_assertion: assertion,
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      }).toString(),
    });
    const answer = await read(response);
    if (!response.ok || !answer) return { response, answer };
    this.token = answer.access_token;
    this.renewal = now + renewAfter;
    return { token: this.token };
  }

  /** forget lets go of the token, which the service did not take. */
  forget() { this.token = null; }
}
