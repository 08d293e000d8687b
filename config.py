"""Every setting of the product, read from the environment here and nowhere else."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scheduler.servers import MailServer, TextGateway, mail_server, sender_at, text_gateway

ROOT = Path(__file__).resolve().parent
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
SECRET_KEY_LENGTH = 32


class BadSetting(ValueError):
    """A setting that cannot be used; the message is one sentence that names the variable and says what it takes."""


def _setting(variable: str, says: str, default: Any, **options: Any) -> Any:
    return field(default=default, metadata={"variable": variable, "says": says}, **options)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the environment decides; each field names its variable and says what it means in one sentence."""

    instance_dir: Path = _setting(
        "INSTANCE_DIR", "Folder for the default database and the secret key (default `instance`).", ROOT / "instance"
    )
    database_url: str = _setting(
        "DATABASE_URL",
        "`sqlite:///path/to/file` or `postgresql://user:password@host/name`"
        " (default: a SQLite file in the instance folder).",
        "",
        repr=False,
    )
    secret_key: str = _setting(
        "SECRET_KEY",
        f"At least {SECRET_KEY_LENGTH} random characters that sign cookies and links"
        " (default: made once and kept in the instance folder).",
        "",
        repr=False,
    )
    host: str = _setting("HOST", "Address that `serve` listens on (default `127.0.0.1`).", "127.0.0.1")
    port: int = _setting("PORT", "Port that `serve` listens on (default `8000`).", 8000)
    base_url: str = _setting(
        "BASE_URL",
        "Address people use, written into letters and links; `https://` also makes cookies secure"
        " (default `http://localhost:PORT`).",
        "",
    )
    trusted_proxies: int = _setting(
        "TRUSTED_PROXIES", "How many reverse proxies in front may set `X-Forwarded-*` headers (default `0`).", 0
    )
    smtp_url: str | None = _setting(
        "SMTP_URL",
        "Mail server, `smtp://user:password@host:587` (STARTTLS) or `smtps://…`"
        " (default: none, letters stay on the outbox page).",
        None,
        repr=False,
    )
    mail_from: str = _setting(
        "MAIL_FROM", "Sender address of letters (default `no-reply@` and the host of `BASE_URL`).", ""
    )
    text_gateway_url: str | None = _setting(
        "TEXT_GATEWAY_URL",
        "Gateway for texts in the shape of Twilio's API, `https://ACCOUNT_SID:AUTH_TOKEN@api.twilio.com`"
        " (default: none, texts wait).",
        None,
        repr=False,
    )
    idle_minutes: int = _setting(
        "IDLE_MINUTES", "Minutes without a click after which a shared desk is signed out (default `15`).", 15
    )
    log_level: str = _setting(
        "LOG_LEVEL", "`DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL` (default `INFO`).", "INFO"
    )

    @property
    def mail_server(self) -> MailServer | None:
        """The mail server of SMTP_URL, or None where there is none."""
        return mail_server(self.smtp_url) if self.smtp_url else None

    @property
    def text_gateway(self) -> TextGateway | None:
        """The gateway of TEXT_GATEWAY_URL, or None where there is none."""
        return text_gateway(self.text_gateway_url) if self.text_gateway_url else None

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies may travel over https alone."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read every setting; raises BadSetting with a sentence. Makes the secret key's file where there is none."""
        given = _Given(os.environ if environ is None else environ)
        instance = given.read("INSTANCE_DIR", Path, ROOT / "instance")
        instance = instance if instance.is_absolute() else ROOT / instance
        port = given.read("PORT", _whole(1, 65535), 8000)
        base_url = given.read("BASE_URL", _base_url, f"http://localhost:{port}")
        return cls(
            instance_dir=instance,
            database_url=given.read("DATABASE_URL", _database_url, None) or _default_database(instance),
            secret_key=given.read("SECRET_KEY", _secret_key, None) or _kept_secret_key(instance),
            host=given.read("HOST", str, "127.0.0.1"),
            port=port,
            base_url=base_url,
            trusted_proxies=given.read("TRUSTED_PROXIES", _whole(0, 10), 0),
            smtp_url=given.read("SMTP_URL", _sound(mail_server), None),
            mail_from=given.read("MAIL_FROM", _address, sender_at(base_url)),
            text_gateway_url=given.read("TEXT_GATEWAY_URL", _sound(text_gateway), None),
            idle_minutes=given.read("IDLE_MINUTES", _whole(1, 1440), 15),
            log_level=given.read("LOG_LEVEL", _log_level, "INFO"),
        )

    @classmethod
    def documented(cls) -> dict[str, str]:
        """Variable name and sentence of every setting, in order: what the README's table must say."""
        known: tuple[Field[Any], ...] = fields(cls)
        return {each.metadata["variable"]: each.metadata["says"] for each in known}


def environment_with(**changes: str) -> dict[str, str]:
    """The whole environment with some variables changed, for a child process."""
    return {**os.environ, **changes}


class _Given:
    """The environment, where an empty variable counts as unset."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def read(self, variable: str, parse: Callable[[str], Any], default: Any) -> Any:
        text = self._environ.get(variable, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as wrong:
            raise BadSetting(f"{variable} {wrong}.") from None


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return parse


def _database_url(text: str) -> str:
    scheme, mark, rest = text.partition("://")
    if mark and (scheme in DRIVERS or scheme == "postgresql+psycopg"):
        return f"{DRIVERS.get(scheme, scheme)}://{rest}"
    if mark and scheme == "sqlite":
        path = rest.partition("?")[0].removeprefix("/")
        if path and ":memory:" not in path:
            return f"sqlite:///{ROOT / path}"
        raise ValueError("must name a file (sqlite:///path/to/file): web and clock share it, so memory will not do")
    raise ValueError("must begin with sqlite:/// or postgresql://")


def _default_database(instance: Path) -> str:
    return f"sqlite:///{instance / 'leafout.sqlite3'}"


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address such as https://clinic.example.com")
    return text.rstrip("/")


def _sound(parse: Callable[[str], object]) -> Callable[[str], str]:
    """Keep a URL as it was written, once it can be taken apart."""
    def keep(text: str) -> str:
        parse(text)
        return text

    return keep


def _address(text: str) -> str:
    if text.count("@") != 1 or text.startswith("@") or text.endswith("@") or any(c.isspace() for c in text):
        raise ValueError("must be a bare mail address such as clinic@example.com")
    return text


def _log_level(text: str) -> str:
    if text.upper() not in LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
    return text.upper()


def _secret_key(text: str) -> str:
    if len(text) < SECRET_KEY_LENGTH:
        raise ValueError(f"must have at least {SECRET_KEY_LENGTH} characters")
    return text


def _kept_secret_key(instance: Path) -> str:
    """The key in the instance folder, made on first use; two first starts agree on one key."""
    kept = instance / "secret_key"
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not kept.exists():
            fresh = instance / f"secret_key.{secrets.token_hex(8)}"
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
            try:
                os.link(fresh, kept)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return _secret_key(kept.read_text(encoding="ascii").strip())
    except OSError as wrong:
        raise BadSetting(f"SECRET_KEY is unset and {kept} cannot be used ({wrong.strerror}): set SECRET_KEY.") from None
    except ValueError as wrong:
        raise BadSetting(f"SECRET_KEY is unset and the key in {kept} {wrong}: delete the file.") from None
