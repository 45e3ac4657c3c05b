// Reads signed status lists with @sd-jwt/jwt-status-list, and compares every place with what it has to say:
// node check.mjs DIRECTORY, in which are jwks.json, and of each list N.jwt and N.expected, a byte for each place.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLocalJWKSet, jwtVerify } from "jose";
import { getListFromStatusListJWT } from "@sd-jwt/jwt-status-list";

const directory = process.argv[2];
const keys = createLocalJWKSet(JSON.parse(readFileSync(join(directory, "jwks.json"), "utf8")));
let places = 0;
for (const name of readdirSync(directory).filter((n) => n.endsWith(".jwt"))) {
  const text = readFileSync(join(directory, name), "utf8");
  await jwtVerify(text, keys, { typ: "statuslist+jwt", algorithms: ["ES256"], currentDate: new Date("2026-11-23T05:00:00Z") });
  const list = getListFromStatusListJWT(text);
  const want = readFileSync(join(directory, name.replace(".jwt", ".expected")));
  if (list.statusList.length !== want.length) throw new Error(`${name} has ${list.statusList.length} places, not ${want.length}`);
  for (let place = 0; place < want.length; place++) {
    if (list.getStatus(place) !== want[place]) throw new Error(`${name}: the place ${place} says ${list.getStatus(place)}, not ${want[place]}`);
  }
  places += want.length;
}
console.log(`@sd-jwt/jwt-status-list: ${places} places say what they have to`);
