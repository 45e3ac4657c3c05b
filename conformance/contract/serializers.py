"""How schemathesis writes the bodies that it has no way of its own for."""

import json

import schemathesis


def written(value):
    """The value as bytes: text as it is, anything else as JSON."""
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value)).encode(errors="surrogatepass")


@schemathesis.serializer("application/x-ndjson")
def lines(_, value):
    if isinstance(value, list):
        return b"".join(written(one) + b"\n" for one in value)
    return written(value)


@schemathesis.serializer("application/ofd", "application/jose")
def plain(_, value):
    return written(value)
