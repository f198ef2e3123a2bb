"""A document is split into resources whose bytes are known exactly, whatever its layout, its size and its faults."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.exchange.fhir import window
from chairside.exchange.fhir.bundle import entries
from chairside.exchange.fhir.split import split_bundle, split_document, split_lines
from chairside.exchange.fhir.text import canonical, parse
from chairside.exchange.fhir.window import DocumentProblem

REFERRALS = sorted((Path(__file__).parents[2] / "data" / "infusion-referrals").glob("*.json"))

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ['"}{][', "\\", 'resource": {', "é💧"]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=8,
)
_RESOURCES = st.dictionaries(_TEXTS, _VALUES, max_size=4).map(lambda found: {"resourceType": "Basic", **found})


def _bytes(document: bytes, found: list) -> list[bytes]:
    return [document[item.start : item.start + item.length] for item in found]


@pytest.mark.parametrize("file", REFERRALS, ids=lambda file: file.stem)
def test_each_resource_of_a_referral_is_found_with_its_own_bytes(file: Path) -> None:
    document = file.read_bytes()
    found = list(split_bundle(io.BytesIO(document)))
    whole = entries(parse(document))
    assert [(item.index, item.full_url, item.if_none_exist) for item in found] == [
        (item.index, item.full_url, item.if_none_exist) for item in whole
    ]
    for item, plain, cut in zip(found, whole, _bytes(document, found), strict=True):
        assert canonical(item.resource) == canonical(plain.resource) == canonical(parse(cut))


@given(st.lists(_RESOURCES, max_size=4), st.sampled_from([None, 1, 3]), st.booleans(), st.integers(1, 40), st.booleans())
def test_any_layout_is_split_alike_however_it_arrives(
    resources: list[dict], indent: int | None, ascii_only: bool, step: int, mark: bool
) -> None:
    document = json.dumps(
        {"entry": [{"fullUrl": f"urn:{at}", "resource": item} for at, item in enumerate(resources)], "resourceType": "Bundle"},
        indent=indent,
        ensure_ascii=ascii_only,
    ).encode()
    document = b"\xef\xbb\xbf" + document if mark else document
    before, window._CHUNK = window._CHUNK, step
    try:
        found = list(split_bundle(io.BytesIO(document)))
    finally:
        window._CHUNK = before
    assert [json.loads(cut) for cut in _bytes(document, found)] == resources
    assert [item.full_url for item in found] == [f"urn:{at}" for at in range(len(resources))]


@given(st.lists(_RESOURCES, max_size=5), st.sampled_from([b"\n", b"\r\n", b"\n\n  "]))
def test_lines_are_found_with_their_own_bytes(resources: list[dict], ending: bytes) -> None:
    document = b"".join(json.dumps(item, ensure_ascii=False).encode() + ending for item in resources)
    found = list(split_lines(io.BytesIO(document)))
    assert [json.loads(cut) for cut in _bytes(document, found)] == resources


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (b'{"resourceType": "Basic", "x": 01}', "not JSON"),
        (b'{"resourceType": "Basic", "x": NaN}', "NaN"),
        (b'{"resourceType": "Basic", "a": 1, "a": 2}', "written twice"),
        (b'{"resourceType": "Basic", "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'{"resourceType" "Basic"}', "not JSON"),
    ],
)
def test_a_resource_that_cannot_be_read_stands_alone_and_the_next_is_read(bad: bytes, says: str) -> None:
    good = b'{"resourceType": "Basic", "id": "next"}'
    document = b'{"resourceType": "Bundle", "entry": [{"resource": ' + bad + b'}, {"resource": ' + good + b"}]}"
    first, second = split_bundle(io.BytesIO(document))
    assert says in first.problem
    assert (document[first.start : first.start + first.length], first.resource) == (bad, None)
    assert (second.resource["id"], second.problem) == ("next", "")


def test_an_entry_that_is_broken_itself_stands_alone_and_the_next_is_read() -> None:
    document = (
        b'{"resourceType":"Bundle","entry":[{"resource" {"id":"a"}},{"resource":{"id":"b"}},{"request":{"method":"DELETE"}}]}'
    )
    first, second, third = split_bundle(io.BytesIO(document))
    assert (first.resource, document[first.start : first.start + first.length]) == (None, b'{"resource" {"id":"a"}}')
    assert second.resource == {"id": "b"}
    assert third.problem == "the entry holds no resource"


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (b"", "empty"),
        (b"[1, 2]", "it begins with"),
        (b'{"resourceType": "Bundle", "entry": [{"resource": {"id": "a"}}', "breaks off"),
        (b'{"resourceType": "Bundle", "entry": [{"resource": {"id": "a', "no end"),
        (b'{"resourceType": "Bundle"} {"resourceType": "Bundle"}', "behind its end"),
        (b'{"resourceType": "Basic"} x', "behind its end"),
        (b'{"resourceType": "Basic", "x": "\xff"}', "not UTF-8"),
        (b'{"a": ' * 3000, "no end"),
    ],
)
def test_a_document_that_breaks_off_is_refused_as_a_whole(document: bytes, says: str) -> None:
    with pytest.raises(DocumentProblem, match=says):
        list(split_bundle(io.BytesIO(document)))


def test_one_bad_line_is_named_and_the_others_are_read() -> None:
    document = b'{"id": "a"}\n{"id": \n\xff\xfe\n{"id": "b"} {"id": "c"}\n{"id": "d"}'
    found = list(split_lines(io.BytesIO(document)))
    assert [item.index for item in found if not item.problem] == [0, 4]
    assert [item.problem[:14] for item in found if item.problem] == ["it is not JSON", "it is not UTF-", "something stan"]


@given(st.binary(max_size=200))
def test_no_bytes_bring_the_reader_down(document: bytes) -> None:
    for packed in (document, b'{"resourceType":"Bundle","entry":[' + document):
        with contextlib.suppress(DocumentProblem):
            list(split_bundle(io.BytesIO(packed)))
    list(split_lines(io.BytesIO(document)))


def test_a_bundle_takes_the_memory_of_a_window_not_of_the_bundle() -> None:
    one = b'{"resource":{"resourceType":"Basic","id":"%d","x":"' + b"y" * 5000 + b'"}}'
    packed = io.BytesIO()
    with gzip.open(packed, "wb", compresslevel=1) as out:
        out.write(b'{"resourceType":"Bundle","entry":[')
        for at in range(4000):
            out.write((b"," if at else b"") + one % at)
        out.write(b"]}")
    packed.seek(0)
    held = 0
    original = window.Window.drop

    def drop(self: window.Window) -> None:
        nonlocal held
        held = max(held, len(self.text))
        original(self)

    window.Window.drop = drop
    try:
        with gzip.open(packed) as stream:
            count = sum(1 for _ in split_bundle(stream))
    finally:
        window.Window.drop = original
    assert count == 4000
    assert held < 4 << 20


def test_a_bundle_is_known_as_one_also_where_its_name_is_written_with_escapes() -> None:
    text = b'{"entry":[{"resource":{"resourceType":"Patient"}}],"r\\u0065sourceType":"Bundl\\u0065"}'
    bundle, items = split_document(io.BytesIO(text))
    assert (bundle, [item.type for item in items]) == (True, ["Patient"])
