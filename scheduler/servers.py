"""The servers that letters and texts are handed over to, read from the addresses of the settings; stdlib only."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mail is handed over: `tls` is "none", "starttls" or "implicit"; the password never shows in `repr`."""

    host: str
    port: int
    tls: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class TextGateway:
    """Where texts are handed over, in the shape of Twilio's Messages API; the token never shows in `repr`."""

    base_url: str
    account: str
    token: str = field(repr=False)


def mail_server(url: str) -> MailServer:
    """Take SMTP_URL apart; a host of this machine needs no TLS, any other gets STARTTLS, or TLS from the first byte.

    Raises ValueError with the rest of a sentence that begins with the variable's name, as all of these do.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("must be smtp://user:password@host:587 or smtps://user:password@host:465")
    asked = parse_qs(parts.query).get("tls", [""])[0]
    if asked not in ("", "none", "starttls", "implicit") or (parts.scheme == "smtps" and asked not in ("", "implicit")):
        raise ValueError("takes ?tls=none, ?tls=starttls or ?tls=implicit (smtps:// is always implicit)")
    if asked == "none" and parts.hostname not in LOOPBACK:
        raise ValueError("takes ?tls=none for a mail server on this machine alone: letters go encrypted to any other")
    unasked = "implicit" if parts.scheme == "smtps" else "none" if parts.hostname in LOOPBACK else "starttls"
    tls = asked or unasked
    return MailServer(
        host=parts.hostname,
        port=parts.port or (465 if tls == "implicit" else 587 if tls == "starttls" else 25),
        tls=tls,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def text_gateway(url: str) -> TextGateway:
    """Take TEXT_GATEWAY_URL apart; what is not on this machine must be https."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or not parts.username or not parts.password:
        raise ValueError("must be https://ACCOUNT_SID:AUTH_TOKEN@api.twilio.com")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must be https:// (http:// is for a gateway on this machine alone)")
    return TextGateway(
        base_url=f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}",
        account=unquote(parts.username),
        token=unquote(parts.password),
    )


def sender_at(base_url: str) -> str:
    """The default sender at the host of BASE_URL; a bare IP address as a domain is written in brackets."""
    host = urlsplit(base_url).hostname or "localhost"
    try:
        ip = ip_address(host)
    except ValueError:
        return f"no-reply@{host}"
    return f"no-reply@[IPv6:{ip}]" if ip.version == 6 else f"no-reply@[{ip}]"
