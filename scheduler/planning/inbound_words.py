"""What a text that came in means, as far as a program may say: closed lists of words; all else is a person's.

The words of STOP are those of 47 CFR 64.1200(a)(10) (grade S) and plain sentences that say the same. The words of
crisis are policy (grade P): a flag that somebody has to look at once, never an assessment.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from scheduler.planning.words import InboundMeaning

M = InboundMeaning
STOP = frozenset({"stop", "stopall", "quit", "end", "revoke", "optout", "cancel", "unsubscribe",
                  "alto", "parar", "pare", "detener", "baja", "cancelar", "revocar"})
CONFIRM = frozenset({"c", "y", "yes", "confirm", "confirmed", "iconfirm", "yesiconfirm", "yep", "yeah", "illbethere",
                     "iwillbethere", "yesillbethere", "yesiwillbethere", "s", "si", "confirmo", "siconfirmo",
                     "confirmar", "confirmado", "ahiestare", "siahiestare", "alliestare"})
MOVE = frozenset({"r", "reschedule", "move", "change", "rescheduleme", "anothertime", "newtime", "reprogramar",
                  "cambiar", "cambio", "mover", "otrahora", "otrafecha"})
HELP = frozenset({"help", "info", "ayuda", "informacion"})
START = frozenset({"start", "unstop", "subscribe", "optin", "resume", "empezar", "iniciar", "comenzar", "reanudar"})
POLITE = frozenset({"please", "pls", "plz", "thanks", "thank", "you", "ty", "now", "ok", "okay", "hi", "hello", "por",
                    "favor", "gracias", "ya", "hola"})
STOP_SENTENCES = (
    r"opt (me )?out", "optout", "unsubscribe", r"unsuscrib\w*", "revoke (my )?consent", "withdraw (my )?consent",
    r"stop (all|texting|sending|messaging|contacting|these|the|this|texts?|messages?|it)",
    r"(do not|dont|don t|never|quit) (text|texting|message|messaging|contact|send)\w*",
    r"no more (text|message|sms)\w*",
    "(remove|delete) (me|my number)", "take me off", "leave me alone", "wrong number",
    r"no (quiero|deseo) (mas|recibir) \w+", r"no (me )?(envien|manden|escriban)", "no mas (mensajes|textos)",
    "dejen de",
    "(dar|darme|denme|darse) de baja", "numero equivocado")
CRISIS_SENTENCES = (
    r"\w*suicid\w*", "sucide", "kms", "kill(ing)? (my ?self|me)", "end (it|it all|my life|everything)",
    "(hurt|harm|cut)(ting|ing)? my ?self",
    "(want|going|ready|rather|wish|wish i|wish i was|wish i were) (to )?(die|dead|be dead)",
    "better off dead", "no reason to live", "(dont|do not|don t) want to (live|be here|wake up|go on)",
    "(cant|cannot|can t) go on", "self ?harm", r"overdos\w*", "took (all|too many)", "emergency", "911", "988",
    "(cant|cannot|can t) breathe", r"chest pain\w*", "help me", "goodbye (forever|everyone)", "matarme",
    "quitarme la vida", "me (quiero|voy a) (morir|matar)", "(quiero|prefiero) morir(me)?", "no quiero (vivir|seguir)",
    "(hacerme|lastimarme|cortarme)", "sobredosis", "emergencia", "no puedo (respirar|mas)", "dolor (de|en el) pecho",
    "ayudenme", "ayudame")


def _any(sentences: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sentences)})\b")


_STOPS, _CRISIS = _any(STOP_SENTENCES), _any(CRISIS_SENTENCES)


@dataclass(frozen=True)
class Reading:
    """The meaning that decides the answer. `stops` holds beside it: whoever is in danger may say stop as well."""

    meaning: InboundMeaning
    stops: bool = False


def read_text(body: str) -> Reading:
    """Take a text as it came in: case, accents, spaces and punctuation do not matter.

    Words of crisis go before all others, so that no "yes" is answered that stands beside them.
    """
    words = _words(body)
    said = "".join(word for word in words if word not in POLITE) or "".join(words)
    sentence = " ".join(words)
    stops = said in STOP or "".join(words) in STOP or bool(_STOPS.search(sentence))
    if _CRISIS.search(sentence):
        return Reading(M.CRISIS, stops)
    if stops:
        return Reading(M.STOP, True)
    for meaning, known in ((M.CONFIRM, CONFIRM), (M.MOVE, MOVE), (M.HELP, HELP), (M.START, START)):
        if said in known:
            return Reading(meaning)
    return Reading(M.OTHER)


def _words(body: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", body) if not unicodedata.combining(c)).casefold()
    return re.sub(r"[^a-z0-9]+", " ", plain.replace("'", "").replace("’", "")).split()
