"""Telephones to E.164 and languages to BCP 47."""

from __future__ import annotations

import pytest

from scheduler.interop.languages import read_language
from scheduler.interop.telephones import TelephoneUse, read_telephone


@pytest.mark.parametrize(("written", "number", "textable"), [
    ("(301) 496-4000", "+13014964000", True), ("+44 20 7946 0958", "+442079460958", False),
    ("+44 7911 123456", "+447911123456", True), ("1-800-496-4000", "+18004964000", False),
    ("301-496-4000 x12", "+13014964000", False), ("555-698-7873", "555-698-7873", False),
    ("5551234", "5551234", False), ("ask her sister", "ask her sister", False), ("301-555-0142", "+13015550142", True)])
def test_a_number_is_turned_into_e164_or_kept_as_written(written, number, textable):
    telephone = read_telephone(written, use=TelephoneUse.HOME, region="US")
    assert (telephone.number, telephone.can_be_texted, telephone.use) == (number, textable, TelephoneUse.HOME)


@pytest.mark.parametrize(("written", "tag"), [
    ("en-US", "en-US"), ("EN_us", "en-US"), ("spa", "es"), ("Spanish", "es"), ("zh-hant-tw", "zh-Hant-TW"),
    ("Russian (Russia)", "ru"), ("ase", "ase"), ("American Sign Language", "ase"), ("eng", "en"), ("es-419", "es-419"),
    ("und", None), ("zxx", None), ("qqq", None), ("", None), ("English/Spanish", None), ("x" * 50, None)])
def test_a_language_is_a_tag_or_nothing(written, tag):
    assert read_language(written) == tag
