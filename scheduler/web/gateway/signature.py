"""The gateway's signature (X-Twilio-Signature): HMAC-SHA1 with the token over the address and the sorted form."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha1


def signature(token: str, url: str, form: Iterable[tuple[str, str]]) -> str:
    """What the gateway writes into its header: `url` as it was told it, then every name and value by name."""
    signed = url + "".join(f"{name}{value}" for name, value in sorted(set(form)))
    return b64encode(hmac.new(token.encode(), signed.encode(), sha1).digest()).decode()


def is_signed(given: str, token: str, url: str, form: Iterable[tuple[str, str]]) -> bool:
    """Whether the header is right, found out in a time that tells nothing."""
    return hmac.compare_digest(given.encode(), signature(token, url, form).encode())
