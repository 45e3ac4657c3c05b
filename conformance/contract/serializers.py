"""Serializers for the media types that schemathesis does not support itself."""

import json

import schemathesis


def written(value):
    """Return the value as bytes: text unchanged, anything else as JSON."""
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
