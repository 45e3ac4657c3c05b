// The addresses of scripts that are made at run time: the service worker's and the desk's workers'.

const own = ["/v/sw.js", "/v/deskworker.js", "/v/drawworker.js", "/v/clerkworker.js"];
const policy = globalThis.trustedTypes?.createPolicy("worker", {
  createScriptURL(address) {
    if (own.includes(address)) return address;
    throw new TypeError(`${address} is no script of this page`);
  },
});

/** scriptAddress returns the address as a browser with trusted types wants it. */
export const scriptAddress = (address) => policy?.createScriptURL(address) ?? address;
