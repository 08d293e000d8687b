"""What somebody at the desk wrote, as a letter or text in the house's frame."""

from __future__ import annotations

from scheduler.messaging.catalogue import sentence
from scheduler.messaging.own_letters import own_text
from scheduler.messaging.telephones import as_dialled
from scheduler.planning.gsm7 import fits, plain
from scheduler.planning.own_words import OwnWords
from scheduler.planning.words import Channel


def by_hand(words: str, channel: Channel, short_name: str, telephone: str, region: str, locale: str) -> OwnWords:
    """A letter with a subject that says nothing; a text that begins with who writes and, where it fits, whom to call.

    Braces mean nothing in what people write: `scheduler.planning.by_hand_words` refuses them.
    """
    if channel == Channel.EMAIL:
        return OwnWords(sentence(locale, "A message for you"), words)
    named = OwnWords("", f"{{clinic}}: {words}")
    with_call = OwnWords("", f"{{clinic}}: {words} {_call(locale)}")
    said = {"clinic": short_name, "telephone": as_dialled(telephone, region)}
    return with_call if fits(plain(own_text(with_call, said, locale))) else named


def _call(locale: str) -> str:
    return sentence(locale, "Call %(telephone)s.") % {"telephone": "{telephone}"}
