"""Input that no honest client sends: refused in the words of the client's dialect, and the gateway goes on."""

import json

import pytest

from conftest import send

FORTY_MB = 40_000_000
PATHS = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages"}
MESSAGES = [{"role": "user", "content": "hello"}]


def good(dialect):
    """A request that is answered."""
    return {"model": f"via-{dialect}", "max_tokens": 20, "messages": MESSAGES}


def changed(**fields):
    """Makes a body: the good request with other fields; None leaves a field out."""
    return lambda dialect: encode({name: v for name, v in {**good(dialect), **fields}.items() if v is not None})


def encode(value):
    """JSON as bytes."""
    return json.dumps(value).encode()


def cut_off(dialect):
    """JSON that ends too early."""
    return encode(good(dialect))[:-1]


def nested(dialect):
    """JSON of 129 levels: the object and 128 arrays in it."""
    return with_prefix(b'"deep":' + b"[" * 128 + b"]" * 128)(dialect)


def with_prefix(member):
    """Makes a body: the good request with one more member, written as it is, before the others."""
    return lambda dialect: b"{" + member + b"," + encode(good(dialect))[1:]


def huge(dialect):
    """A body of 40 MB with its length in the header."""
    return encode({**good(dialect), "messages": [{"role": "user", "content": "x" * FORTY_MB}]})


def huge_in_chunks(dialect):
    """The same, its length not declared."""
    body = huge(dialect)
    return (body[at:at + 65536] for at in range(0, len(body), 65536))


CASES = {
    "malformed JSON": (400, cut_off),
    "129 levels": (400, nested),
    "model twice": (400, with_prefix(b'"model":"echo"')),
    "model twice, once escaped": (400, with_prefix(rb'"mod\u0065l":"echo"')),
    "model escaped": (400, lambda dialect: encode(good(dialect)).replace(b'"model"', rb'"mod\u0065l"')),
    "model is a number": (400, changed(model=5)),
    "stream is a string": (400, changed(stream="yes")),
    "max_tokens is negative": (400, changed(max_tokens=-1)),
    "messages missing": (400, changed(messages=None)),
    "model unknown": (404, changed(model="no-such-model")),
    "40 MB": (413, huge),
    "40 MB in chunks": (413, huge_in_chunks),
}


def assert_error(answer, dialect, status):
    """The status, and a body of the dialect's shape; returns the error."""
    assert answer.status == status, (answer.status, answer.text[:500])
    assert answer.headers["content-type"].startswith("application/json")
    shape = {"openai": openai_error, "anthropic": anthropic_error}[dialect]
    error = shape(answer.json)
    assert error["message"] and isinstance(error["message"], str), answer.text
    assert error["type"] and isinstance(error["type"], str), answer.text
    return error


def openai_error(body):
    """Checks {"error": {"message", "type", "param", "code"}}."""
    assert set(body) == {"error"} and set(body["error"]) >= {"message", "type", "param", "code"}, body
    assert isinstance(body["error"]["code"], str), body
    return body["error"]


def anthropic_error(body):
    """Checks {"type": "error", "error": {"type", "message"}, "request_id"}."""
    assert body["type"] == "error" and set(body["error"]) >= {"type", "message"}, body
    assert body["request_id"] and isinstance(body["request_id"], str), body
    return body["error"]


def post(gateway, dialect, body, **headers):
    """A request to the dialect's route with just these headers."""
    return send(gateway.url, "POST", PATHS[dialect], body, headers)


def bearer(key):
    """The header that carries a key."""
    return {"authorization": f"Bearer {key}"}


@pytest.fixture(autouse=True)
def still_answers(gateway):
    """After every test, an ordinary request of each dialect is answered."""
    yield
    for dialect in PATHS:
        assert post(gateway, dialect, good(dialect), **bearer(gateway.master_key)).status == 200


@pytest.mark.parametrize("dialect", PATHS)
@pytest.mark.parametrize("case", CASES)
def test_bad_body(gateway, dialect, case):
    """Refused with the case's status."""
    status, make = CASES[case]
    answer = post(gateway, dialect, make(dialect), **bearer(gateway.master_key))
    error = assert_error(answer, dialect, status)
    if (dialect, status) == ("openai", 404):
        assert error["code"] == "model_not_found"


@pytest.mark.parametrize("dialect", PATHS)
@pytest.mark.parametrize("headers", [{}, bearer("sk-" + "0" * 40), {"x-api-key": "sk-" + "0" * 40}], ids=str)
def test_missing_and_wrong_keys(gateway, dialect, headers):
    """Refused with 401, also on the route whose SDK sends x-api-key."""
    assert_error(post(gateway, dialect, good(dialect), **headers), dialect, 401)
