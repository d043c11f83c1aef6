"""Virtual keys: made, read, changed, blocked, spent, deleted; and the spend that is written down."""

import hashlib
import json
import secrets
from datetime import datetime, timedelta, timezone

import pytest

from conftest import INPUT_PRICE, MODELS, OUTPUT_PRICE, eventually


def nano(dollars):
    """Dollars as whole nano-dollars, the unit that the gateway counts in."""
    return round(dollars * 1e9)


def refusal(answer):
    """Status and error type of a refused call, which must have LiteLLM's error shape."""
    assert answer.status >= 400, answer
    error = answer.json["error"]
    assert set(error) >= {"message", "type", "param", "code"}, answer
    assert error["message"] and isinstance(error["code"], str), answer
    return answer.status, error["type"]


def info_of(gateway, key, asked_by=None):
    """What /key/info says of a key."""
    answer = gateway.call("GET", f"/key/info?key={key}", key=asked_by)
    assert answer.status == 200, answer
    return answer.json["info"]


@pytest.fixture
def alias():
    """A name that no other key has."""
    return "e2e-" + secrets.token_hex(6)


def test_generate_says_what_was_made(gateway, alias):
    """The key in plain text once, its hash, its mask, its end, and the fields that were sent."""
    fields = {"key_alias": alias, "models": MODELS, "max_budget": 2.5, "metadata": {"owner": "e2e"}}
    made = gateway.new_key(**fields, duration="30d")
    assert made["key"].startswith("sk-")
    assert made["token"] == hashlib.sha256(made["key"].encode()).hexdigest()
    assert made["key_name"] == f"sk-...{made['key'][-4:]}"
    assert {name: made[name] for name in fields} == fields
    expires = datetime.fromisoformat(made["expires"])
    if expires.tzinfo is None:
        expires = expires.replace(tzinfo=timezone.utc)
    assert abs(expires - datetime.now(timezone.utc) - timedelta(days=30)) < timedelta(minutes=5)


def test_info_by_key_and_own(gateway, alias):
    """The administrator by naming the key, its holder without; never the key in plain text."""
    key = gateway.new_key(key_alias=alias, models=["via-openai"], metadata={"owner": "e2e"})["key"]
    by_key = info_of(gateway, key)
    own = gateway.call("GET", "/key/info", key=key)
    assert own.status == 200, own
    for info in (by_key, own.json["info"]):
        assert (info["key_alias"], info["models"], info["spend"]) == (alias, ["via-openai"], 0)
        assert info["metadata"]["owner"] == "e2e"
        assert key not in json.dumps(info)


def test_update_changes_what_is_named_and_nothing_else(gateway, alias):
    """A new budget and new models; the alias stays. The models count at once."""
    key = gateway.new_key(key_alias=alias, models=["via-anthropic"])["key"]
    assert gateway.chat(key=key).status == 403
    changed = gateway.call("POST", "/key/update", {"key": key, "max_budget": 7, "models": ["via-openai"]})
    assert changed.status == 200, changed
    info = info_of(gateway, key)
    assert (info["key_alias"], info["max_budget"], info["models"]) == (alias, 7, ["via-openai"])
    assert gateway.chat(key=key).status == 200


def test_list_finds_the_key_by_its_alias(gateway, alias):
    """Hashes by default, rows when asked for."""
    token = gateway.new_key(key_alias=alias)["token"]
    page = gateway.call("GET", f"/key/list?key_alias={alias}")
    assert page.status == 200, page
    assert (page.json["keys"], page.json["total_count"], page.json["current_page"]) == ([token], 1, 1)
    rows = gateway.call("GET", f"/key/list?key_alias={alias}&return_full_object=true").json["keys"]
    assert [(row["token"], row["key_alias"]) for row in rows] == [(token, alias)]


def test_block_unblock_delete(gateway):
    """Each has its effect on the very next call."""
    key = gateway.new_key(models=MODELS)["key"]
    assert gateway.chat(key=key).status == 200
    assert gateway.call("POST", "/key/block", {"key": key}).status == 200
    assert refusal(gateway.chat(key=key))[0] == 401
    assert gateway.call("POST", "/key/unblock", {"key": key}).status == 200
    assert gateway.chat(key=key).status == 200
    deleted = gateway.call("POST", "/key/delete", {"keys": [key]})
    assert (deleted.status, deleted.json["deleted_keys"]) == (200, [key])
    assert refusal(gateway.chat(key=key))[0] == 401


def test_a_model_that_the_key_may_not_use(gateway):
    """403, and the other model still answers."""
    key = gateway.new_key(models=["via-openai"])["key"]
    assert refusal(gateway.chat(key=key, model="via-anthropic")) == (403, "key_model_access_denied")
    assert gateway.chat(key=key).status == 200


def test_an_expired_key(gateway):
    """A key of one second works no longer, and the refusal says why."""
    key = gateway.new_key(models=MODELS, duration="1s")["key"]
    refused = eventually(lambda: (answer := gateway.chat(key=key)).status != 200 and answer, "the key expires")
    assert refusal(refused) == (401, "expired_key")


def test_a_spent_budget_refuses_and_was_not_overspent(gateway):
    """Calls pass until the next one could cost too much; what was spent stays within the budget."""
    budget = 0.0005
    key = gateway.new_key(models=MODELS, max_budget=budget)["key"]
    answers = []
    while len(answers) < 60 and (not answers or answers[-1].status == 200):
        answers.append(gateway.chat("[[say:paid]]", key=key, max_tokens=10))
    assert len(answers) > 1, answers[0]
    error = answers[-1].json["error"]
    assert (*refusal(answers[-1]), error["code"]) == (422, "budget_exceeded", "422")
    spent = eventually(lambda: info_of(gateway, key)["spend"], "spend is written")
    assert 0 < nano(spent) <= nano(budget)


def upstream_usage(gateway, mark):
    """Input and output tokens that the upstream reported for requests whose body has `mark`."""
    records = [json.loads(line) for line in gateway.upstream_log.read_text().splitlines()]
    marked = {record["seq"] for record in records if mark in str(record.get("body"))}
    ended = [record for record in records if record["seq"] in marked and record["state"] != "begun"]
    return sorted((record["usage"]["input"], record["usage"]["output"]) for record in ended)


def test_spend_logs_agree_with_the_upstream(gateway):
    """One row a call, with the upstream's token counts and their price; the key's spend is the sum."""
    mark, made = "spend-" + secrets.token_hex(6), gateway.new_key(models=MODELS)
    for model in MODELS:
        for stream in (False, True):
            answer = gateway.chat(f"[[say:{mark} {'word ' * 40}]]", key=made["key"], model=model, stream=stream)
            assert answer.status == 200, answer
    path = f"/spend/logs?api_key={made['token']}"
    rows = eventually(lambda: len(found := gateway.call("GET", path).json) == 2 * len(MODELS) and found, "a row a call")
    usage = upstream_usage(gateway, mark)
    assert len(usage) == 2 * len(MODELS)
    assert sorted((row["prompt_tokens"], row["completion_tokens"]) for row in rows) == usage
    for row in rows:
        price = row["prompt_tokens"] * INPUT_PRICE + row["completion_tokens"] * OUTPUT_PRICE
        assert (row["api_key"], nano(row["spend"])) == (made["token"], nano(price)), row
        assert row["model_group"] in MODELS and row["total_tokens"] == row["prompt_tokens"] + row["completion_tokens"]
    total = sum(nano(row["spend"]) for row in rows)
    eventually(lambda: nano(info_of(gateway, made["key"])["spend"]) == total, f"the key's spend is {total} nano-dollars")
