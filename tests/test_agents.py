"""Two real coding agents, headless, through the gateway: sessions with tool calls, against every provider dialect."""

import base64
import json
import re
import secrets

import pytest

from conftest import AWS, COMMON, Gateway, PRICES, eventually, start_gateway
from headless import CODEX_CONFIG, SESSIONS, UNREACHABLE, Session, claude, codex, codex_builtin_session, tool
from relay import relay_to

CALLS = 4  # of a session: two runs, each a prompt and the results of the tools
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
DIALECTS = ["openai_chat", "openai_responses", "anthropic", "bedrock"]
DEPLOYMENTS = {
    "openai_chat": 'model: openai/mock-model, use_chat_completions_api: true, api_base: "{upstream}/v1", {common}',
    "openai_responses": 'model: openai/responses/mock-model, api_base: "{upstream}/v1", {common}',
    "anthropic": 'model: anthropic/mock-model, api_base: "{upstream}", {common}',
    "bedrock": 'model: bedrock/mock-model, aws_bedrock_runtime_endpoint: "{upstream}", {aws}, {prices}',
}
# Codex knows models by how their names begin, and gives one that it knows other tools: gpt-5.5 patches files by a tool
# that takes free text, gpt-6.1 runs scripts by one in a group of tools, all of which stand among the input.
FAMILIES = {"claude": "agent", "codex": "agent", "codex_patches": "gpt-5.5", "codex_scripts": "gpt-6.1-sol"}
# What each provider's dialect cannot carry of what an agent sends, with N for every number; nothing where it is the
# agent's own.
DEFERRED = {"context_management", "tools[N].defer_loading"}
SEARCH = {"client_metadata", "tools[N] (web_search without external_web_access)"}
PATCHES = SEARCH | {"tools[N] (tool_search)"}
SCRIPTS = {"client_metadata", "reasoning.context"}
ONLY_OPENAI = {"prompt_cache_key", "text.verbosity"}
DROPPED = {
    ("claude", "openai_chat"): DEFERRED | {"thinking.display"},
    ("claude", "openai_responses"): DEFERRED | {"thinking.display"},
    ("claude", "bedrock"): DEFERRED,
    ("codex", "openai_chat"): SEARCH,
    ("codex", "anthropic"): SEARCH | {"prompt_cache_key"},
    ("codex", "bedrock"): SEARCH | {"prompt_cache_key"},
    ("codex_patches", "openai_chat"): PATCHES,
    ("codex_patches", "anthropic"): PATCHES | ONLY_OPENAI,
    ("codex_patches", "bedrock"): PATCHES | ONLY_OPENAI,
    ("codex_scripts", "openai_chat"): SCRIPTS,
    ("codex_scripts", "anthropic"): SCRIPTS | ONLY_OPENAI,
    ("codex_scripts", "bedrock"): SCRIPTS | ONLY_OPENAI | {"parallel_tool_calls"},
}
# What the upstream signs or seals its thoughts with. Chat has no proofs.
PROOFS = {"openai_responses": "enc-mock:", "anthropic": "sig-mock", "bedrock": "sig-mock"}
# Codex asks for a summary of thoughts, which is no request to think elsewhere; of a known model it asks for an effort,
# too, for which a model at Bedrock need not think.
THOUGHTLESS = {("codex", "anthropic"), ("codex", "bedrock"), ("codex_patches", "bedrock"), ("codex_scripts", "bedrock")}

pytestmark = pytest.mark.skipif(UNREACHABLE.exists(), reason="setup.sh could not reach the npm registry: no agents")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, upstream):
    """A gateway with every dialect behind it, for agents: what a provider cannot be told is dropped and named."""
    (upstream_url, log), folder, master_key = upstream, tmp_path_factory.mktemp("agents"), "sk-" + secrets.token_hex(20)
    values = {"upstream": upstream_url, "common": COMMON, "aws": AWS, "prices": PRICES}
    rows = [
        f"  - model_name: {family}-{dialect}\n    litellm_params: {{{params.format(**values)}, drop_params: true}}\n"
        for family in sorted(set(FAMILIES.values())) for dialect, params in DEPLOYMENTS.items()
    ]
    config = folder / "config.yaml"
    config.write_text(f"model_list:\n{''.join(rows)}router_settings: {{num_retries: 0}}\n")
    arguments = ["--config", str(config), "--host", "127.0.0.1", "--data-dir", str(folder / "data")]
    child, url = start_gateway(folder, *arguments, TURNPIKE_MASTER_KEY=master_key)
    yield Gateway(url, master_key, log, child)
    child.stop()


def upstream_calls(gateway, mark):
    """What the upstream wrote of the calls whose body has `mark`: how each began, and the tokens told at its end."""
    records = [json.loads(line) for line in gateway.upstream_log.read_text().splitlines()]
    begun = [record for record in records if record["state"] == "begun" and mark in record.get("body", "")]
    ended = {record["seq"]: record["usage"] for record in records if record["state"] != "begun"}
    return [(record, ended[record["seq"]]) for record in begun]


def classes(dialect, usage):
    """Tokens by the ledger's classes. What the cache gave and took is in the input that OpenAI reports, and beside that
    of others."""
    cached = usage["cache_read"] + usage["cache_write"] if dialect.startswith("openai") else 0
    return usage["input"] - cached, usage["cache_read"], usage["cache_write"], usage["output"]


def ledger(gateway, token, calls):
    """The same of every row of a key, once there are as many as there were calls."""
    path = f"/spend/logs?api_key={token}"
    rows = eventually(lambda: len(found := gateway.call("GET", path).json) >= calls and found, f"{calls} rows")
    assert {(row["status"], row["metadata"]["provenance"]) for row in rows} == {("success", "final")}, rows
    tokens = [row["metadata"]["tokens"] for row in rows]
    return sorted((t["input"], t["cache_read"], t["cache_write_5m"] + t["cache_write_1h"], t["output"]) for t in tokens)


def names(passed):
    """What was dropped, with N for every number."""
    return {re.sub("[0-9]+", "N", name) for call in passed for name in call.dropped}


def drive(gateway, folder, dialect, model, session_of, calls=CALLS):
    """Runs a session in front of a gateway with a key of its own, and looks at what is true of every one: the files are
    made, the ledger has what the upstream told. Returns what passed, and the last body that the upstream got."""
    mark, made = "mark-" + secrets.token_hex(6), gateway.new_key()
    with relay_to(gateway.url) as relay:
        session = Session(folder, relay.url, made["key"], model)
        try:
            files = session_of(session, mark)
        except AssertionError as error:
            seen = "\n".join(map(str, relay.passed))
            raise AssertionError(f"{error}\npassed:\n{seen}\ngateway:\n{gateway.child.output()[-3000:]}") from None
    assert [(session.work / file).read_text() for file in files] == [f"{mark}\n"] * len(files)
    served = upstream_calls(gateway, mark)
    assert [record["dialect"] for record, _ in served] == [dialect] * calls
    assert ledger(gateway, made["token"], calls) == sorted(classes(dialect, usage) for _, usage in served)
    return relay.passed, served[-1][0]["body"]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("agent", SESSIONS)
def test_session(gateway, tmp_path, agent, dialect):
    """Prompt, tool calls, their results, a final text; then all of it again as the history of a second run. Every call
    is answered, nothing is dropped but what stands in the table, and every thought comes back with its proof."""
    passed, last = drive(gateway, tmp_path, dialect, f"{FAMILIES[agent]}-{dialect}", SESSIONS[agent])
    assert [(call.method, call.status) for call in passed] == [("POST", 200)] * CALLS, passed
    assert names(passed) == DROPPED.get((agent, dialect), set())
    if dialect in PROOFS:
        assert last.count(PROOFS[dialect]) == (0 if (agent, dialect) in THOUGHTLESS else CALLS - 1)
    assert "turnpike:" not in last


@pytest.mark.parametrize("dialect", ["openai_responses", "anthropic"])
def test_codex_falls_back_from_the_websocket(gateway, tmp_path, dialect):
    """Codex's own provider asks for a WebSocket first; told 426, it goes on with POST."""
    passed, _ = drive(gateway, tmp_path, dialect, f"agent-{dialect}", codex_builtin_session)
    assert [call.status for call in passed if call.method == "GET"] == [426] * 2, passed
    posts = [call for call in passed if call.method == "POST"]
    assert [call.status for call in posts] == [200] * CALLS, passed
    assert names(posts) == DROPPED.get(("codex", dialect), set())


@pytest.mark.parametrize("dialect", DIALECTS)
def test_claude_loads_a_deferred_tool(gateway, tmp_path, dialect):
    """A tool is found, declared from then on, and called. The result of the search only refers to it."""
    def session_of(session, mark):
        found = tool("ToolSearch", query="select:CronList", max_results=1)
        text = claude(session, f"{mark} {found} [[then:CronList:{{}}]]", again=False, tools="ToolSearch,CronList")
        assert text == "TOOL_RESULT: No scheduled jobs.", text
        return []
    passed, last = drive(gateway, tmp_path, dialect, f"agent-{dialect}", session_of, calls=3)
    assert [call.status for call in passed] == [200] * 3, passed
    assert last.count("CronList") > 1


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("agent", ["claude", "codex_patches"])
def test_an_image_as_a_result(gateway, tmp_path, agent, dialect):
    """A tool reads an image, and the model gets it."""
    def session_of(session, mark):
        path = session.work / "pixel.png"
        path.write_bytes(base64.b64decode(PIXEL))
        if agent == "claude":
            claude(session, f"{mark} {tool('Read', file_path=str(path))}", again=False)
        else:
            codex(session, f"{mark} {tool('view_image', path=str(path))}", again=False)
        return []
    model = f"{FAMILIES[agent]}-{dialect}"
    passed, last = drive(gateway, tmp_path, dialect, model, session_of, calls=2)
    assert [call.status for call in passed] == [200] * 2, passed
    assert "iVBORw0KGgo" in last, last[-2000:]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_codex_shortens_its_conversation(gateway, tmp_path, dialect):
    """Codex, told that a model has little room, has the conversation summed up and goes on with the summary."""
    config = "model_auto_compact_token_limit = 3000\n" + CODEX_CONFIG
    def session_of(session, mark):
        codex(session, mark, again=False, config=config)
        text = codex(session, "[[say:and on]]", again=True, config=config)
        assert text == "and on", text
        return []
    passed, last = drive(gateway, tmp_path, dialect, f"agent-{dialect}", session_of, calls=3)
    assert [call.status for call in passed] == [200] * 3, passed
    assert "Another language model started to solve this problem" in last, last[-2000:]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_claude_counts_tokens(gateway, tmp_path, dialect):
    """What Claude Code says of its context is counted by the gateway, part by part."""
    with relay_to(gateway.url) as relay:
        session = Session(tmp_path, relay.url, gateway.new_key()["key"], f"agent-{dialect}")
        told = claude(session, "/context", again=False)
    assert "Context Usage" in told, told
    assert {(call.path, call.status) for call in relay.passed} == {("/v1/messages/count_tokens?beta=true", 200)}
