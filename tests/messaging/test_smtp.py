"""Letters over a real SMTP server: what arrives, and what every answer of the server means."""

from __future__ import annotations

import re
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from icalendar import Calendar

from config import MailServer
from scheduler.messaging.invitation import CalendarEntry, Invitation
from scheduler.messaging.ports import Accepted, Letter, NotDeliverable, TryLater, Unreachable, Withheld
from scheduler.messaging.smtp import SmtpMail
from tests.messaging.sink import Sink

NOW = datetime(2027, 4, 2, 14, tzinfo=UTC)
LETTER = Letter(key="0123abcd", to="ada@example.com", sender_name="Alder Clinic, Silver Spring",
                subject="Your visit on Friday 9 April", text="Hello,\nsee you – soon.\n", html="<p>Hello</p>")


def _mail(sink: Sink, **changes) -> SmtpMail:
    return SmtpMail(MailServer(**{"host": "127.0.0.1", "port": sink.port, "tls": "none", **changes}),
                    "visits@alder.example.com", seconds=5)


def test_a_letter_arrives_with_everything_that_mail_systems_ask_for():
    with Sink() as sink:
        mail = _mail(sink)
        assert mail.send(LETTER, now=NOW) == Accepted()
        mail.close()
    [letter] = sink.letters
    assert letter["From"] == '"Alder Clinic, Silver Spring" <visits@alder.example.com>'
    assert letter["To"] == "ada@example.com"
    assert letter["Subject"] == "Your visit on Friday 9 April"
    assert letter["Message-ID"] == "<0123abcd@alder.example.com>"
    assert letter["Date"] == "Fri, 02 Apr 2027 14:00:00 +0000"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_body(("plain",)).get_content().splitlines() == ["Hello,", "see you – soon."]
    assert letter.get_body(("html",)).get_content().strip() == "<p>Hello</p>"


def test_words_of_any_script_length_and_shape_arrive_as_they_are():
    text = "¡Hola!\n\n.a line with a dot\n..two\n=_0123abcd\n--=_0123abcd\n" + "long " * 400 + "\nFrom here\n診 𝄞\n"
    with Sink() as sink:
        assert _mail(sink).send(replace(LETTER, text=text, subject="Su visita del miércoles — 診",
                                        sender_name="Clínica Álamo, S. Spring"), now=NOW) == Accepted()
    [letter] = sink.letters
    assert letter.get_body(("plain",)).get_content().splitlines() == text.splitlines()
    assert letter["Subject"] == "Su visita del miércoles — 診"
    assert letter["From"].addresses[0].display_name == "Clínica Álamo, S. Spring"
    assert letter.defects == [] and not any(part.defects for part in letter.walk())


def _entry(number: int, *, cancelled: bool = False) -> CalendarEntry:
    return CalendarEntry(f"visit-{number}@clinic.example", 2 * number, NOW + timedelta(days=number),
                         NOW + timedelta(days=number, hours=2), cancelled)


def _invitation(*entries: CalendarEntry) -> Invitation:
    return Invitation(entries, "Alder; Oak, and a very long name that has to be folded somewhere – Clínica",
                      "+13015550100", "Visit")


def _calendars(letter) -> list[tuple[str, list]]:
    """The calendar parts of a letter: their methods, which header and file agree on, and their visits."""
    parts = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    files = [Calendar.from_ical(part.get_content()) for part in parts]
    assert [part.get_param("method") for part in parts] == [file["METHOD"] for file in files]
    return [(str(file["METHOD"]), file.walk("VEVENT")) for file in files]


def test_a_letter_brings_its_visit_for_the_calendar():
    with Sink() as sink:
        mail = _mail(sink)
        for cancelled in (False, True):
            mail.send(replace(LETTER, invitation=_invitation(_entry(7, cancelled=cancelled))), now=NOW)
    for letter, method in zip(sink.letters, ("REQUEST", "CANCEL"), strict=True):
        [(told, [event])] = _calendars(letter)
        assert letter.get_content_type() == "multipart/alternative"
        assert (told, event["UID"], event["SEQUENCE"]) == (method, "visit-7@clinic.example", 14)
        assert (event["SUMMARY"], event["LOCATION"]) == ("Visit", _invitation().clinic)
        assert (event.start, event.end) == (NOW + timedelta(days=7), NOW + timedelta(days=7, hours=2))
        assert str(event["ORGANIZER"]) == "mailto:visits@alder.example.com"


def test_a_letter_brings_a_whole_course_each_visit_under_its_own_identifier():
    with Sink() as sink:
        _mail(sink).send(replace(LETTER, invitation=_invitation(*(_entry(n) for n in (1, 2, 3)))), now=NOW)
    [letter] = sink.letters
    [(method, events)] = _calendars(letter)
    assert method == "PUBLISH"
    assert [(str(event["UID"]), event["SEQUENCE"], event.start) for event in events] == [
        (f"visit-{n}@clinic.example", 2 * n, NOW + timedelta(days=n)) for n in (1, 2, 3)]
    assert not any("ATTENDEE" in event for event in events), "a PUBLISH has no attendee (RFC 5546, 3.2.1)"
    assert letter.get_body(("plain",)).get_content().splitlines() == ["Hello,", "see you – soon."]
    assert letter.get_body(("html",)).get_content().strip() == "<p>Hello</p>"
    assert letter.get_content_type() == "multipart/mixed" and not any(part.defects for part in letter.walk())
    [file] = [part for part in letter.walk() if part.get_filename()]
    assert (file.get_filename(), file.get_content_disposition()) == ("visits.ics", "inline")


def test_what_is_moved_and_what_is_cancelled_come_apart():
    gone = [_entry(n, cancelled=True) for n in (2, 3)]
    with Sink() as sink:
        _mail(sink).send(replace(LETTER, invitation=_invitation(_entry(1), *gone)), now=NOW)
    [letter] = sink.letters
    told = [(method, [str(event["UID"]) for event in events], [str(event["STATUS"]) for event in events])
            for method, events in _calendars(letter)]
    assert told == [("REQUEST", ["visit-1@clinic.example"], ["CONFIRMED"]),
                    ("CANCEL", ["visit-2@clinic.example"], ["CANCELLED"]),
                    ("CANCEL", ["visit-3@clinic.example"], ["CANCELLED"])]
    assert [part.get_filename() for part in letter.walk() if part.get_filename()] == [
        "visit.ics", "cancelled-1.ics", "cancelled-2.ics"]


def test_words_are_not_handed_over_where_nobody_is_ready_and_the_next_go():
    with Sink() as sink:
        mail = _mail(sink)
        assert mail.send(LETTER, now=NOW, ready=lambda: False) == Withheld()
        assert mail.send(replace(LETTER, key="next"), now=NOW) == Accepted()
    assert [letter["Message-ID"] for letter in sink.letters] == ["<next@alder.example.com>"]


def test_the_letters_of_a_round_share_one_connection():
    with Sink() as sink:
        mail = _mail(sink)
        for number in range(5):
            assert mail.send(replace(LETTER, key=f"k{number}"), now=NOW) == Accepted()
        mail.close()
    assert (len(sink.letters), sink.connections) == (5, 1)


def test_a_connection_that_the_server_closed_between_letters_is_opened_anew():
    with Sink(timeout=0.2) as sink:
        mail = _mail(sink)
        assert mail.send(LETTER, now=NOW) == Accepted()
        mail._smtp.sock.recv(200)
        assert mail.send(replace(LETTER, key="second"), now=NOW) == Accepted()
    assert (len(sink.letters), sink.connections) == (2, 2)


@pytest.mark.parametrize("answer, kind", [
    ("450 mailbox busy", TryLater), ("421 too many", TryLater), ("452 full", TryLater),
    ("550 no such mailbox", NotDeliverable), ("553 name not allowed", NotDeliverable)])
def test_an_answer_about_the_recipient_is_an_outcome_and_the_next_letter_still_goes(answer: str, kind: type):
    with Sink(lambda to: answer if to == "bad@example.com" else None) as sink:
        mail = _mail(sink)
        outcome = mail.send(replace(LETTER, to="bad@example.com"), now=NOW)
        assert isinstance(outcome, kind) and answer in outcome.reason
        assert mail.send(LETTER, now=NOW) == Accepted()


@pytest.mark.parametrize("answer, kind", [("451 try later", TryLater), ("554 no", NotDeliverable)])
def test_an_answer_to_the_letter_itself_is_an_outcome(answer: str, kind: type):
    with Sink(at_data=answer) as sink:
        assert isinstance(_mail(sink).send(LETTER, now=NOW), kind)


def test_a_server_that_is_not_there_is_unreachable():
    with Sink() as sink:
        port = sink.port
    outcome = SmtpMail(MailServer(host="127.0.0.1", port=port, tls="none"), "a@b.example", seconds=2).send(
        LETTER, now=NOW)
    assert isinstance(outcome, Unreachable) and "cannot be reached" in outcome.reason


def test_nothing_is_sent_where_encryption_was_asked_for_and_is_not_to_be_had():
    with Sink() as sink:
        outcome = _mail(sink, tls="starttls").send(LETTER, now=NOW)
    assert isinstance(outcome, Unreachable) and "lacks what SMTP_URL asks for" in outcome.reason
    assert sink.letters == []


def test_starttls_and_a_certificate_that_is_not_trusted(tmp_path, certificate):
    with Sink(require_starttls=True, tls_context=certificate.server) as sink:
        refused = _mail(sink, tls="starttls", host="localhost").send(LETTER, now=NOW)
        assert isinstance(refused, Unreachable) and re.search("certificate", refused.reason, re.I)
        mail = SmtpMail(MailServer(host="localhost", port=sink.port, tls="starttls"), "visits@alder.example.com",
                        seconds=5, trust=certificate.client)
        assert mail.send(LETTER, now=NOW) == Accepted()
    assert len(sink.letters) == 1


def test_a_sign_in_that_is_refused_blames_no_message():
    with Sink(auth_required=False, auth_require_tls=False,
              authenticator=lambda *_: AuthResult(success=False, handled=False)) as sink:
        outcome = _mail(sink, user="u", password="wrong").send(LETTER, now=NOW)
    assert isinstance(outcome, Unreachable) and "sign-in" in outcome.reason
    assert sink.letters == []


def test_a_line_break_cannot_get_into_a_header():
    with Sink() as sink, pytest.raises(ValueError):
        _mail(sink).send(replace(LETTER, subject="one\nBcc: everyone@example.com"), now=NOW)
    assert sink.letters == []


def test_a_letter_says_nothing_of_itself_in_a_log():
    assert repr(LETTER) == "<Letter 0123abcd>"


@pytest.fixture
def certificate(tmp_path):
    return _Certificate(tmp_path)


class _Certificate:
    """A self-signed certificate for localhost, and who trusts it."""

    def __init__(self, folder):
        name, key = folder / "cert.pem", folder / "key.pem"
        _write_certificate(name, key)
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server.load_cert_chain(name, key)
        self.client = ssl.create_default_context(cafile=str(name))


def _write_certificate(name, key) -> None:
    secret = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(secret.public_key()).serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(secret, hashes.SHA256()))
    name.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(secret.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                         serialization.NoEncryption()))
