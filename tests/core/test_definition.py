"""A survey definition loads whole, or is refused with the place and the cure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.core.definition import LARGEST_BYTES, load, parse
from surveys.core.instrument import Kind, Promise, Survey, words
from surveys.core.lines import lines
from surveys.core.refusals import BadFile

INSTRUMENTS = Path(__file__).parents[2] / "surveys" / "instruments"
SHIPPED = tuple(sorted(INSTRUMENTS.glob("*.toml")))
SMALL = """\
id = "lunch"
version = "1"
title = "Lunch"
grades = ["6"]
promise = "anonymous"
licence = "CC0-1.0"

[[topics]]
id = "food"
title = "Food"

[[scales]]
id = "taste"
options = [
  { id = "bad", text = "Bad" },
  { id = "good", text = "Good", favorable = true },
  { id = "none", text = "I did not eat", counted = false },
]

[[questions]]
id = "soup"
topic = "food"
scale = "taste"
text = "How was the soup?"

[[questions]]
id = "wish"
kind = "text"
text = "What would you like to eat?"
"""
TWO_OPTIONS = SMALL[SMALL.index('  { id = "bad"') : SMALL.index('  { id = "none"')]


def a_rule(rule: str, key: str, cure: str) -> tuple[str, str, int, str, str]:
    return 'kind = "text"', f'kind = "text"\nshow_if = {{ {rule} }}', 29, f"questions[2].{key}", cure


FAULTS = {  # what is written wrong: (old, new, line, key, part of the cure)
    "an unknown key": ('title = "Lunch"', 'titel = "Lunch"', 3, "titel", "write title"),
    "a missing key": ('promise = "anonymous"\n', "", 1, "promise", 'promise = one of'),
    "a number for a text": ('version = "1"', "version = 1", 2, "version", "a name in quotes"),
    "a bad id": ('id = "lunch"', 'id = "Lunch menu"', 1, "id", "small letters a-z"),
    "an endless id": ('id = "lunch"', f'id = "{"a" * 99}"', 1, "id", "up to 64"),
    "an empty text": ('"How was the soup?"', '" "', 24, "questions[1].text", "the bare text"),
    "a long text": ('"How was the soup?"', f'"{"a" * 501}"', 24, "questions[1].text", "at most 500"),
    "an invisible character": ('"How was', '"How\\u202Ewas', 24, "questions[1].text", "without it"),
    "a second question of one id": ('id = "wish"', 'id = "soup"', 27, "questions[2].id", "another one"),
    "a second option of one id": ('id = "good"', 'id = "bad"', 16, "scales[1].options[2].id", "another one"),
    "a second option of one text": ('"Good"', '"Bad"', 16, "scales[1].options[2].text", "another one"),
    "an unknown scale": ('scale = "taste"', 'scale = "tast"', 23, "questions[1].scale", "write taste"),
    "an unknown topic": ('topic = "food"', 'topic = "x"', 22, "questions[1].topic", "one of food"),
    "an unknown kind": ('kind = "text"', 'kind = "txt"', 28, "questions[2].kind", "write text"),
    "an unknown promise": ('"anonymous"', '"secret"', 5, "promise", "one of anonymous, confidential, supportive"),
    "an unknown grade": ('["6"]', '["13"]', 4, "grades", '"1" to "12"'),
    "a grade twice": ('["6"]', '["6", "6"]', 4, "grades", "each grade once"),
    "no favorable option": (", favorable = true", "", 23, "questions[1].scale", "favorable = true"),
    "nothing but favorable": ('text = "Bad"', 'text = "Bad", favorable = true', 23, "questions[1].scale", "some of"),
    "favorable, not counted": ("counted = false", "counted = false, favorable = true", 17, "[3].favorable", "false"),
    "exclusive, of one answer": ("counted = false", "exclusive = true", 23, "questions[1].scale", 'kind = "many"'),
    "all exclusive": ("{ id", "{ exclusive = true, id", 14, "scales[1].options", "on some only"),
    "a text for a truth": ("favorable = true", 'favorable = "yes"', 16, "options[2].favorable", "true or false"),
    "a scored text question": ('kind = "text"', 'kind = "text"\ntopic = "food"', 29, "questions[2].topic", "no topic"),
    "a text question with a scale": ('kind = "text"', 'kind = "text"\nscale = "taste"', 29, "[2].scale", "no scale"),
    "digits of a text": ('kind = "text"', 'kind = "text"\ndigits = 3', 29, "[2].digits", "no digits"),
    "too many digits": ('kind = "text"', 'kind = "number"\ndigits = 13', 29, "[2].digits", "from 1 to 12"),
    "a truth for digits": ('kind = "text"', 'kind = "number"\ndigits = true', 29, "[2].digits", "from 1 to 12"),
    "a key of an option": ('scale = "taste"', 'scale = "taste"\ncounted = true', 24, "counted", "one of id, topic"),
    "required, with no way out": (", counted = false", "", 24, "[1].required", "not to say"),
    "a required text": ('kind = "text"', 'kind = "text"\nrequired = true', 29, "[2].required", "not to say"),
    "a bound of a text": ('kind = "text"', 'kind = "text"\nmin = 3', 29, "[2].min", "no min"),
    "a bound beyond the digits": ('kind = "text"', 'kind = "number"\nmax = 100', 29, "[2].max", "from 0 to 99"),
    "a least above the most": ('kind = "text"', 'kind = "number"\nmax = 9\nmin = 10', 30, "[2].min", "from 0 to 9"),
    "a short choice": ('scale = "taste"', 'scale = "taste"\nshort = true', 24, "[1].short", "no short"),
    "words at the end": ('kind = "text"', 'kind = "info"', 20, "questions", "words before a question"),
    "a shuffled scale": ('scale = "taste"', 'scale = "taste"\nshuffle = true', 24, "[1].shuffle", "without a topic"),
    "a truth for a bound": ('kind = "text"', 'kind = "number"\nmin = true', 29, "[2].min", "from 0 to 99"),
    "a rule on nothing": ('scale = "taste"', 'scale = "taste"\nshow_if = {}', 24, "[1].show_if", "on a later one"),
    "a rule that looks forward": a_rule("question = 'wish', any = ['bad']", "show_if.question", "write one of soup"),
    "a rule on no such option": a_rule("question = 'soup', any = ['bat']", "show_if.any", "bad, good, none"),
    "a rule on one option twice": a_rule("question = 'soup', any = ['bad', 'bad']", "show_if.any", "each once"),
    "a rule on no option": a_rule("question = 'soup', any = []", "show_if.any", "one or more of"),
    "a rule on a list of lists": a_rule("question = 'soup', any = [['bad']]", "show_if.any", "one or more of"),
    "half a rule": a_rule("question = 'soup'", "show_if.any", "any = a list of names"),
    "a rule that is none": ('kind = "text"', 'kind = "text"\nshow_if = "soup"', 29, "[2].show_if", "{ ... }"),
    "a question without a scale": ('scale = "taste"\n', "", 20, "questions[1].scale", "scale = one of taste"),
    "a topic nobody names": ('topic = "food"\n', "", 9, "topics[1].id", "a question that names it"),
    "one option only": (TWO_OPTIONS, "", 14, "options", "at least two"),
    "a table for a list": ("[[topics]]", "[topics]", 8, "topics", "[[topics]] above each"),
    "broken TOML": ('title = "Lunch"', "title = Lunch", 3, "syntax", 'key = "value"'),
    "an unclosed list": ('grades = ["6"]', 'grades = ["6"', 5, "syntax", 'key = "value"'),
}  # fmt: skip


def test_a_small_survey_loads_whole() -> None:
    survey = parse(SMALL, "lunch.toml")
    soup, wish = survey.questions
    assert (survey.id, survey.version, survey.title, survey.locale) == ("lunch", "1", "Lunch", "en")
    assert (survey.grades, survey.promise) == (("6",), Promise.ANONYMOUS)
    assert (soup.kind, soup.topic, soup.scale) == (Kind.ONE, "food", "taste")
    assert [(o.id, o.favorable, o.counted) for o in soup.options] == [
        ("bad", False, True),
        ("good", True, True),
        ("none", False, False),
    ]
    assert (wish.kind, wish.topic, wish.scale, wish.options) == (Kind.TEXT, None, None, ())


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused_with_its_line_key_and_cure(fault: str) -> None:
    old, new, line, key, cure = FAULTS[fault]
    assert old in SMALL
    small = SMALL.replace('scale = "taste"', 'scale = "taste"\nrequired = true') if "way out" in fault else SMALL
    with pytest.raises(BadFile) as refused:
        parse(small.replace(old, new, -1 if fault.startswith("all") else 1), "lunch.toml")
    said = refused.value.detail
    assert re.fullmatch(rf"lunch\.toml:{line}: \S*{re.escape(key)}: .+; write .+ instead", said), said
    assert cure in said


def test_a_number_says_how_many_digits_it_takes_on_paper() -> None:
    for written, digits in (('"number"', 2), ('"number"\ndigits = 1', 1), ('"number"\ndigits = 12', 12)):
        assert parse(SMALL.replace('"text"', written, 1), "lunch.toml").questions[1].digits == digits


def test_no_question_at_all_is_refused() -> None:
    with pytest.raises(BadFile, match=r"\[\[questions\]\]"):
        parse(SMALL[: SMALL.index("[[questions]]")], "lunch.toml")


def test_brackets_without_end_are_refused() -> None:
    with pytest.raises(BadFile, match="too deep"):
        parse("a = " + "[" * 100_000, "deep.toml")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b'id = "x"\ntitle = "A\xf1o"\n')
    (tmp_path / "large.toml").write_bytes(b"#" * (LARGEST_BYTES + 1))
    for name, place in (("none.toml", ":1: file: "), ("latin.toml", ":2: file: "), ("large.toml", ":1: file: ")):
        with pytest.raises(BadFile, match=re.escape(name + place)):
            load(tmp_path / name)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "lunch.toml").write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert load(tmp_path / "lunch.toml") == parse(SMALL, "lunch.toml")


def test_texts_are_kept_in_normal_form() -> None:
    assert parse(SMALL.replace("Lunch", "Cafe\u0301"), "lunch.toml").title == "Caf\u00e9"


def loads_or_refuses(text: str) -> None:
    try:
        survey = parse(text, "any.toml")
    except BadFile as refused:
        said = refused.detail
    else:
        assert isinstance(survey, Survey)
        return
    line = re.match(r"any\.toml:(\d+): ", said)
    assert line
    assert 1 <= int(line.group(1)) <= text.count("\n") + 1
    assert said.endswith(" instead")


@given(st.text())
def test_any_text_loads_or_is_refused(text: str) -> None:
    loads_or_refuses(text)


WRITTEN = re.findall(r"\[\[\w+\]\]|\w+ =|\"[^\"]*\"|[\[\]{},=\n]", SMALL)
PIECES = st.sampled_from([*WRITTEN, "'''", '"""', "1e9", "a.b =", "[a]", "\\"])


@settings(max_examples=300)
@given(st.integers(0, len(SMALL)), st.integers(0, 40), st.lists(PIECES, max_size=6))
def test_any_damaged_survey_loads_or_is_refused(at: int, length: int, pieces: list[str]) -> None:
    loads_or_refuses(SMALL[:at] + " ".join(pieces) + SMALL[at + length :])


JSON = st.recursive(st.booleans() | st.integers() | st.text("ab-1", max_size=4), lambda x: st.lists(x, max_size=3))


@given(st.sampled_from(sorted({line.split(" =")[0] for line in SMALL.split("\n") if re.match(r"\w+ =", line)})), JSON)
def test_a_value_of_any_type_loads_or_is_refused(key: str, value: object) -> None:
    written = (
        str(value).lower() if isinstance(value, bool) else repr(value).replace("True", "true").replace("False", "false")
    )
    loads_or_refuses(re.sub(rf"(?m)^{key} = (.*[^\[])$", lambda _: f"{key} = {written}", SMALL, count=1))


def test_every_place_of_a_toml_text_has_its_line() -> None:
    text = "\n".join(
        [
            'a.b = """',
            'x"""',
            "[t]",
            "'k' = [ # [",
            "  1, {c = [2.5]},",
            "]",
            "[[l]]",
            "[[l.m]]",
            "[[l]]",
            "d = 1979-05-27 07:32:00",
        ]
    )
    assert lines(text) == {
        (): 1, ("a",): 1, ("a", "b"): 1, ("t",): 3, ("t", "k"): 4, ("t", "k", 0): 5, ("t", "k", 1): 5,
        ("t", "k", 1, "c"): 5, ("t", "k", 1, "c", 0): 5, ("l",): 7, ("l", 0): 7, ("l", 0, "m"): 8, ("l", 0, "m", 0): 8,
        ("l", 1): 9, ("l", 1, "d"): 10,
    }  # fmt: skip


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_survey_is_named_by_its_file_and_asks_for_nothing(path: Path) -> None:
    survey = load(path)
    assert survey.id == path.stem
    assert survey.promise is Promise.CONFIDENTIAL
    assert [q.kind for q in survey.questions].count(Kind.TEXT) == 1


def test_both_shipped_surveys_ask_about_the_same_seven_topics() -> None:
    young, older = (load(INSTRUMENTS / f"{name}.toml") for name in ("sel-3-5", "sel-6-12"))
    assert [topic.id for topic in young.topics] == [topic.id for topic in older.topics]
    counts = {s.id: [sum(q.topic == topic.id for q in s.questions) for topic in s.topics] for s in (young, older)}
    assert counts == {"sel-3-5": [2, 2, 2, 2, 2, 3, 3], "sel-6-12": [4] * 7}


def test_a_scale_has_the_same_words_in_every_shipped_survey() -> None:
    texts: dict[str, str] = {}
    for path in SHIPPED:
        for key, text in words(load(path)).items():
            if key.startswith("scale."):
                assert texts.setdefault(key, text) == text


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_questions_are_positive_questions_with_five_labelled_options(path: Path) -> None:
    for question in load(path).questions:
        assert question.text.endswith("?")
        assert question.text.count("?") == 1
        assert not re.search(r"\b(not|never|bad|worse)\b|n't\b", question.text), question.text
        assert not any("agree" in option.text for option in question.options)
        if question.kind is Kind.ONE:
            assert len(question.options) == 5
            assert [option.favorable for option in question.options] == [False, False, False, True, True]


def test_third_graders_can_read_their_survey() -> None:
    texts = [question.text for question in load(INSTRUMENTS / "sel-3-5.toml").questions]
    assert max(len(text.split()) for text in texts) <= 15
    assert max(school_grade(text) for text in texts) <= 5
    assert sum(map(school_grade, texts)) / len(texts) <= 3


def school_grade(sentence: str) -> float:
    """Flesch and Kincaid's grade of one sentence (0.39 words + 11.8 syllables per word - 15.59)."""
    spoken = re.findall(r"[a-z]+", sentence.lower())
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"(?<!l)e$|es$|ed$", "", word)))) for word in spoken)
    return 0.39 * len(spoken) + 11.8 * syllables / len(spoken) - 15.59
