"""Reads signed status lists with the package token-status-list, and compares every place with what it has to say:
check.py DIRECTORY, in which are jwks.json, and of each list N.jwt and N.expected, a byte for each place."""

import json
import pathlib
import sys

from joserfc import jws
from joserfc.jwk import KeySet
from token_status_list import BitArray


def main(directory):
    directory = pathlib.Path(directory)
    registry = jws.JWSRegistry(algorithms=["ES256"])
    registry.max_payload_length = 250_000  # the library's own bound is 128,000 bytes, and a list may have twice as many
    keys, places = KeySet.import_key_set(json.loads((directory / "jwks.json").read_text())), 0
    for file in sorted(directory.glob("*.jwt")):
        signed = jws.deserialize_compact(file.read_text(), keys, registry=registry)  # or raises
        if signed.headers()["typ"] != "statuslist+jwt":
            sys.exit(f"{file}: this is no status list")
        said = json.loads(signed.payload)["status_list"]
        got, want = BitArray.from_b64(said["bits"], said["lst"]), file.with_suffix(".expected").read_bytes()
        if len(got) != len(want):
            sys.exit(f"{file}: it has {len(got)} places, not {len(want)}")
        for place, state in enumerate(want):
            if got.get(place) != state:
                sys.exit(f"{file}: the place {place} says {got.get(place)}, not {state}")
        places += len(want)
    print(f"token-status-list: {places} places say what they have to")


main(*sys.argv[1:])
