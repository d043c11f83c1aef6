"""Starts the gateway and the scripted upstream for the end-to-end tests, and talks to them."""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

sys.dont_write_bytecode = True
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost,0.0.0.0"

TESTS = Path(__file__).resolve().parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", TESTS.parent / "target")) / "debug"
INPUT_PRICE, OUTPUT_PRICE = 1e-6, 2e-6
MODELS = ["via-openai", "via-responses", "via-anthropic", "via-bedrock", "via-gemini", "via-cohere"]
# Ids and ARNs of Bedrock that are groups of ours too: a client that was written against Bedrock names these.
BEDROCK_IDS = ["anthropic.*", "us.anthropic.*", "arn:aws:bedrock:*"]
CONFIG = """\
model_list:
  - model_name: via-openai
    litellm_params: {{model: openai/mock-model, api_base: "{upstream}/v1", {common}}}
  - model_name: via-responses
    litellm_params: {{model: openai/responses/mock-model, api_base: "{upstream}/v1", {common}}}
  - model_name: via-anthropic
    litellm_params: {{model: anthropic/mock-model, api_base: "{upstream}", {common}}}
  - model_name: via-bedrock
    litellm_params: {{model: bedrock/mock-model, aws_bedrock_runtime_endpoint: "{upstream}", {aws}, {prices}}}
  - model_name: via-gemini
    litellm_params: {{model: gemini/gemini-3-mock, api_base: "{upstream}", {common}}}
  - model_name: via-cohere
    litellm_params: {{model: cohere/mock-model, api_base: "{upstream}", {common}}}
  - model_name: "anthropic.*"
    litellm_params: {{model: "bedrock/anthropic.*", aws_bedrock_runtime_endpoint: "{upstream}", {aws}, {prices}}}
  - model_name: "us.anthropic.*"
    litellm_params: {{model: anthropic/mock-model, api_base: "{upstream}", {common}}}
  - model_name: "arn:aws:bedrock:*"
    litellm_params: {{model: openai/mock-model, api_base: "{upstream}/v1", {common}}}
router_settings: {{num_retries: 0}}
turnpike: {{accept_unverified_sigv4: true}}
litellm_settings: {{drop_params: true}}
"""
PRICES = "input_cost_per_token: 0.000001, output_cost_per_token: 0.000002"
COMMON = f"api_key: upstream-key, {PRICES}"
AWS = "aws_region_name: us-east-1, aws_access_key_id: AKIDEXAMPLE, aws_secret_access_key: upstream-secret"


def program(name, variable):
    """The path of a built program; VARIABLE in the environment names another."""
    path = Path(os.environ.get(variable, TARGET / name))
    if not path.exists():
        pytest.exit(f"{path} is missing: build it with `cargo build --workspace --bins`", returncode=2)
    return str(path)


def free_port():
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_env(**more):
    """An environment without anybody's keys, proxies and settings."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", **more}


def eventually(question, what, seconds=20):
    """Asks until the answer is truthy and returns it; fails when the time is over."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)
    return answer


class Child:
    """A child process whose output goes to a file."""

    def __init__(self, command, folder, **env):
        self.log = folder / f"{Path(command[0]).name}.out"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                command, cwd=folder, env=clean_env(HOME=str(folder), **env), stdout=out, stderr=subprocess.STDOUT
            )

    def output(self):
        """What it has written so far."""
        return self.log.read_text(errors="replace")

    def wait_until(self, question, what):
        """Like eventually, but gives up at once when the process ends, and shows what it wrote."""
        def answer():
            assert self.process.poll() is None, f"ended with status {self.process.returncode}:\n{self.output()}"
            return question()
        try:
            return eventually(answer, what)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.output()}") from None

    def stop(self):
        """Asks it to end, and ends it if it does not."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Answer:
    """One HTTP response."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def json(self):
        """The body as JSON."""
        return json.loads(self.text)


def send(base, method, path, body=None, headers=None):
    """One request with the standard library only. A dict body is sent as JSON, bytes and iterators as they are."""
    if isinstance(body, dict):
        body = json.dumps(body).encode()
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
    try:
        try:
            connection.request(method, path, body, {"content-type": "application/json", **(headers or {})})
        except (BrokenPipeError, ConnectionResetError):
            pass  # a server may refuse a body before it has read all of it; its answer is still to be read
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read().decode())
    finally:
        connection.close()


@dataclass
class Gateway:
    """A running gateway and the upstream behind it."""

    url: str
    master_key: str
    upstream_log: Path
    child: Child

    def call(self, method, path, body=None, key=None):
        """A request with a key, by default the master key."""
        return send(self.url, method, path, body, {"authorization": f"Bearer {key or self.master_key}"})

    def new_key(self, **fields):
        """Makes a virtual key; returns what /key/generate says of it."""
        answer = self.call("POST", "/key/generate", fields)
        assert answer.status == 200, answer
        return answer.json

    def chat(self, text="hello", key=None, model="via-openai", **fields):
        """An OpenAI chat completion."""
        body = {"model": model, "messages": [{"role": "user", "content": text}], **fields}
        return self.call("POST", "/v1/chat/completions", body, key)


def is_ready(url):
    """Whether the gateway says that it is ready."""
    try:
        return send(url, "GET", "/health/readiness").status == 200
    except (OSError, http.client.HTTPException):
        return False


def start_gateway(folder, *arguments, plain_port=None, **env):
    """Starts a gateway in `folder` on a free port and waits until it is ready; returns it with its URL. With TLS it is asked
    at its plain port."""
    port = free_port()
    if plain_port:
        arguments = [*arguments, "--plain-port", str(plain_port)]
    child = Child([program("turnpike", "TURNPIKE_BIN"), "serve", *arguments, "--port", str(port)], folder, **env)
    url = f"{'https' if plain_port else 'http'}://127.0.0.1:{port}"
    asked = f"http://127.0.0.1:{plain_port or port}"
    try:
        child.wait_until(lambda: is_ready(asked), "the gateway is ready")
    except BaseException:
        child.stop()
        raise
    return child, url


@pytest.fixture(scope="session")
def upstream(tmp_path_factory):
    """The scripted upstream: its URL and its log."""
    folder, port = tmp_path_factory.mktemp("upstream"), free_port()
    log = folder / "upstream.jsonl"
    command = [program("testkit-upstream", "UPSTREAM_BIN"), "--port", str(port), "--host", "127.0.0.1"]
    child = Child([*command, "--log", str(log)], folder)
    try:
        child.wait_until(child.output, "the upstream listens")
        yield f"http://127.0.0.1:{port}", log
    finally:
        child.stop()


def write_config(folder, upstream_url):
    """Writes the configuration that most tests run with; returns its path."""
    config = folder / "config.yaml"
    config.write_text(CONFIG.format(upstream=upstream_url, common=COMMON, aws=AWS, prices=PRICES))
    return str(config)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, upstream):
    """A fresh gateway in front of the scripted upstream, one a test file."""
    (upstream_url, log), folder = upstream, tmp_path_factory.mktemp("gateway")
    config, master_key = write_config(folder, upstream_url), "sk-" + secrets.token_hex(20)
    arguments = ["--config", config, "--host", "127.0.0.1", "--data-dir", str(folder / "data")]
    child, url = start_gateway(folder, *arguments, TURNPIKE_MASTER_KEY=master_key)
    yield Gateway(url, master_key, log, child)
    child.stop()
