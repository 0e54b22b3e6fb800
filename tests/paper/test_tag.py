"""What a tag says comes back as it was written, or is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper.tag import ALPHABET, BadCheck, LinkUnusable, Tag, decode, encode, serial_of

LINK = "https://homeroom.example"
serials = st.binary(min_size=10, max_size=10).map(serial_of)
numbers = st.integers(1, 99)


@given(serials, numbers)
def test_a_tag_reads_back_as_it_was_written(serial: str, page: int) -> None:
    text = encode(Tag(serial, page), LINK)
    assert decode(text) == decode(text.lower()) == Tag(serial, page)


@given(serials, numbers, st.integers(0, 21), st.sampled_from(ALPHABET))
def test_a_tampered_tag_is_refused(serial: str, page: int, at: int, letter: str) -> None:
    head, tail = encode(Tag(serial, page), LINK)[:-22], encode(Tag(serial, page), LINK)[-22:]
    if letter == tail[at]:
        return
    tampered = head + tail[:at] + letter + tail[at + 1 :]
    try:
        assert decode(tampered) is None  # a letter where the page's digits stand: not ours at all
    except BadCheck:
        return
    assert (at in (16, 17), letter.isdigit()) == (True, False)


@given(st.text())
def test_a_stranger_s_code_is_not_ours(text: str) -> None:
    assert decode(text) is None


def test_a_tag_of_another_address_is_still_ours() -> None:
    tag = Tag("K3X90PQRSTVWXYZ2", 3)
    assert decode(encode(tag, "http://10.0.0.7:8000/")) == tag


@pytest.mark.parametrize(
    "link", ["https://me@a.example", "https://a.example?b", "https://a.example#b", "https://ü.example"]
)
def test_an_address_that_no_tag_holds_is_refused(link: str) -> None:
    with pytest.raises(LinkUnusable, match="a tag cannot hold it"):
        encode(Tag("K3X90PQRSTVWXYZ2", 1), link)


def test_a_serial_takes_eighty_random_bits() -> None:
    assert serial_of(b"\0" * 10) == "0" * 16
    assert serial_of(b"\xff" * 10) == "Z" * 16


def test_a_changed_page_is_refused() -> None:
    text = encode(Tag("K3X90PQRSTVWXYZ2", 1), LINK)
    with pytest.raises(BadCheck):
        decode(text[:-6] + "02" + text[-4:])
