"""Input that no honest client sends: refused in the words of the client's dialect, and the gateway goes on."""

import json

import pytest

from conftest import send

FORTY_MB = 40_000_000
PATHS = {"openai": "/v1/chat/completions", "responses": "/v1/responses", "anthropic": "/v1/messages"}
WORDS = {
    "openai": {"ceiling": "max_tokens", "turns": "messages"},
    "responses": {"ceiling": "max_output_tokens", "turns": "input"},
    "anthropic": {"ceiling": "max_tokens", "turns": "messages"},
}
MESSAGES = [{"role": "user", "content": "hello"}]


def good(dialect):
    """A request that is answered."""
    return {"model": f"via-{dialect}", WORDS[dialect]["ceiling"]: 20, WORDS[dialect]["turns"]: MESSAGES}


def changed(**fields):
    """Makes a body: the good request with other fields; None leaves a field out. `ceiling` and `turns` are named as the
    dialect names them."""
    def make(dialect):
        renamed = {WORDS[dialect].get(name, name): value for name, value in fields.items()}
        return encode({name: value for name, value in {**good(dialect), **renamed}.items() if value is not None})
    return make


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
    return changed(turns=[{"role": "user", "content": "x" * FORTY_MB}])(dialect)


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
    "the ceiling is negative": (400, changed(ceiling=-1)),
    "the ceiling twice": (400, lambda dialect: with_prefix(f'"{WORDS[dialect]["ceiling"]}":7'.encode())(dialect)),
    "no conversation": (400, changed(turns=None)),
    "model unknown": (404, changed(model="no-such-model")),
    "40 MB": (413, huge),
    "40 MB in chunks": (413, huge_in_chunks),
}


def assert_error(answer, dialect, status):
    """The status, and a body of the dialect's shape; returns the error."""
    assert answer.status == status, (answer.status, answer.text[:500])
    assert answer.headers["content-type"].startswith("application/json")
    shape = {"openai": openai_error, "responses": openai_error, "anthropic": anthropic_error}[dialect]
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
    if dialect != "anthropic" and status == 404:
        assert error["code"] == "model_not_found"


@pytest.mark.parametrize("dialect", PATHS)
@pytest.mark.parametrize("headers", [{}, bearer("sk-" + "0" * 40), {"x-api-key": "sk-" + "0" * 40}], ids=str)
def test_missing_and_wrong_keys(gateway, dialect, headers):
    """Refused with 401, also on the route whose SDK sends x-api-key."""
    assert_error(post(gateway, dialect, good(dialect), **headers), dialect, 401)


KEPT_STATE = {
    "previous_response_id": "resp_1", "conversation": "conv_1", "background": True, "prompt": {"id": "pmpt_1"},
}


@pytest.mark.parametrize("model", ["via-responses", "via-anthropic"])
@pytest.mark.parametrize("field", KEPT_STATE)
def test_kept_state_is_refused_by_name(gateway, field, model):
    """Also where the provider speaks Responses: another deployment would not find there what this one keeps."""
    body = changed(model=model, **{field: KEPT_STATE[field]})("responses")
    answer = post(gateway, "responses", body, **bearer(gateway.master_key))
    error = assert_error(answer, "responses", 400)
    assert error["param"] == field and field in error["message"], error


BAD_INPUT = {
    "a message without content": [{"type": "message", "role": "user"}],
    "a role of no kind": [{"role": "tyrant", "content": "hello"}],
    "arguments that are no text": [{"type": "function_call", "call_id": "c", "name": "f", "arguments": {}}],
    "a result of no call": [{"type": "function_call_output", "output": "7C"}],
    "a number": 7,
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_items(gateway, case):
    """Across dialects, an item that cannot be understood is refused, and its place is named."""
    body = changed(model="via-anthropic", turns=BAD_INPUT[case])("responses")
    answer = post(gateway, "responses", body, **bearer(gateway.master_key))
    assert "input" in assert_error(answer, "responses", 400)["message"]


def test_websocket_is_refused_with_upgrade_required(gateway):
    """Clients that try it fall back to POST after 426."""
    upgrade = {"connection": "Upgrade", "upgrade": "websocket", "sec-websocket-version": "13"}
    headers = {**bearer(gateway.master_key), **upgrade, "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA=="}
    answer = send(gateway.url, "GET", PATHS["responses"], headers=headers)
    assert_error(answer, "responses", 426)
