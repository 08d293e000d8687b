"""Settings: what the environment says, refused in one sentence where it cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import ROOT, BadSetting, MailServer, Settings, TextGateway

KEY = "0123456789abcdef0123456789abcdef"


def _read(tmp_path: Path, **environ: str) -> Settings:
    return Settings.from_environment({"INSTANCE_DIR": str(tmp_path), "SECRET_KEY": KEY, **environ})


def test_an_empty_environment_is_enough(tmp_path: Path):
    settings = Settings.from_environment({"INSTANCE_DIR": str(tmp_path / "here")})
    assert settings.database_url == f"sqlite:///{tmp_path}/here/leafout.sqlite3"
    assert (settings.host, settings.port, settings.base_url) == ("127.0.0.1", 8000, "http://localhost:8000")
    assert settings.mail_server is None
    assert settings.mail_from == "no-reply@localhost"


def test_the_secret_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path):
    first = Settings.from_environment({"INSTANCE_DIR": str(tmp_path)})
    second = Settings.from_environment({"INSTANCE_DIR": str(tmp_path), "SECRET_KEY": "  "})
    assert len(first.secret_key) >= 32
    assert first.secret_key == second.secret_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize(
    "given, used",
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u:p@h/d?sslmode=require", "postgresql+psycopg://u:p@h/d?sslmode=require"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg://h/d"),
        ("sqlite:////var/lib/leafout.db", "sqlite:////var/lib/leafout.db"),
        ("sqlite:///here.db", f"sqlite:///{ROOT}/here.db"),
    ],
)
def test_a_database_is_found_from_wherever_the_command_is_run(tmp_path: Path, given: str, used: str):
    assert _read(tmp_path, DATABASE_URL=given).database_url == used


@pytest.mark.parametrize(
    "url, server",
    [
        ("smtp://localhost:2525", MailServer(host="localhost", port=2525, tls="none")),
        ("smtp://127.0.0.1", MailServer(host="127.0.0.1", port=25, tls="none")),
        ("smtp://mail.example.com", MailServer(host="mail.example.com", port=587, tls="starttls")),
        ("smtp://localhost?tls=none", MailServer(host="localhost", port=25, tls="none")),
        ("smtps://mail.example.com", MailServer(host="mail.example.com", port=465, tls="implicit")),
        (
            "smtps://a%40b:p%2Fw@mail.example.com:2465",
            MailServer(host="mail.example.com", port=2465, tls="implicit", user="a@b", password="p/w"),
        ),
    ],
)
def test_a_mail_server_is_read_from_its_url(tmp_path: Path, url: str, server: MailServer):
    assert _read(tmp_path, SMTP_URL=url).mail_server == server


@pytest.mark.parametrize(
    "variable, value, says",
    [
        ("PORT", "http", "PORT must be a whole number from 1 to 65535."),
        ("PORT", "0", "PORT must be a whole number from 1 to 65535."),
        ("PORT", "٨٠٠٠", "PORT must be a whole number from 1 to 65535."),
        ("IDLE_MINUTES", "-5", "IDLE_MINUTES must be a whole number from 1 to 1440."),
        ("TRUSTED_PROXIES", "yes", "TRUSTED_PROXIES must be a whole number from 0 to 10."),
        ("DATABASE_URL", "mysql://h/d", "DATABASE_URL must begin with sqlite:/// or postgresql://."),
        ("DATABASE_URL", "clinic.db", "DATABASE_URL must begin with sqlite:/// or postgresql://."),
        ("SECRET_KEY", "short", "SECRET_KEY must have at least 32 characters."),
        ("BASE_URL", "clinic.example.com", "BASE_URL must be an address such as https://clinic.example.com."),
        ("MAIL_FROM", "Clinic <c@example.com>", "MAIL_FROM must be a bare mail address such as clinic@example.com."),
        ("LOG_LEVEL", "loud", "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL."),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_variable(tmp_path: Path, variable: str, value: str, says: str):
    with pytest.raises(BadSetting) as refused:
        _read(tmp_path, **{variable: value})
    assert str(refused.value) == says


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused_because_web_and_clock_share_one(tmp_path: Path, url: str):
    with pytest.raises(BadSetting, match="^DATABASE_URL must name a file"):
        _read(tmp_path, DATABASE_URL=url)


@pytest.mark.parametrize("url", ["mail.example.com:25", "http://mail", "smtp://h?tls=maybe", "smtps://h?tls=none",
                                 "smtp://mail.example.com?tls=none", "smtp://[2001:db8::1]?tls=none"])
def test_a_mail_server_that_cannot_be_meant_is_refused(tmp_path: Path, url: str):
    with pytest.raises(BadSetting, match="^SMTP_URL "):
        _read(tmp_path, SMTP_URL=url)


def test_no_secret_shows_when_settings_are_printed(tmp_path: Path):
    settings = _read(tmp_path, DATABASE_URL="postgresql://u:dbword@h/d", SMTP_URL="smtp://u:mailword@h")
    shown = repr(settings) + repr(settings.mail_server)
    assert [word for word in ("dbword", "mailword", KEY) if word in shown] == []


def test_cookies_are_secure_exactly_where_people_come_by_https(tmp_path: Path):
    assert _read(tmp_path, BASE_URL="https://clinic.example.com/").secure_cookies
    assert not _read(tmp_path).secure_cookies


@pytest.mark.parametrize("base, sender", [
    ("https://clinic.example.com", "no-reply@clinic.example.com"), ("http://[::1]:8000", "no-reply@[IPv6:::1]"),
    ("http://192.0.2.7:8000", "no-reply@[192.0.2.7]")])
def test_the_sender_is_at_the_host_of_the_base_url(tmp_path: Path, base: str, sender: str):
    assert _read(tmp_path, BASE_URL=base).mail_from == sender


def test_a_gateway_for_texts_is_read_from_its_url(tmp_path: Path):
    gateway = _read(tmp_path, TEXT_GATEWAY_URL="https://AC12:to%2Fken@api.example.com:8443/shape/").text_gateway
    assert gateway == TextGateway(base_url="https://api.example.com:8443/shape", account="AC12", token="to/ken")
    assert "to/ken" not in repr(gateway)


@pytest.mark.parametrize("url", ["https://api.example.com", "http://a:b@api.example.com", "ftp://a:b@h", "nonsense"])
def test_a_gateway_that_cannot_be_meant_is_refused(tmp_path: Path, url: str):
    with pytest.raises(BadSetting, match="^TEXT_GATEWAY_URL must be"):
        _read(tmp_path, TEXT_GATEWAY_URL=url)
