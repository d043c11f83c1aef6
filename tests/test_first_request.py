"""A new user's first minutes: no configuration, no keys, the printed line, the two usual SDKs."""

import json
import re
import shlex
import subprocess

import anthropic
import openai
import pytest

from conftest import clean_env, start_gateway

PROMPT = [{"role": "user", "content": "good morning, 世界 🦀"}]


@pytest.fixture(scope="module")
def banner(tmp_path_factory):
    """What a gateway prints that was started with nothing but a place for its data."""
    folder = tmp_path_factory.mktemp("first")
    child, _ = start_gateway(folder, "--data-dir", str(folder / "data"))
    child.wait_until(lambda: curl_line(child.output()), "a curl line is printed")
    yield child.output()
    child.stop()


@pytest.fixture(scope="module")
def master_key(banner):
    """The key that was made at the first start."""
    found = re.search(r"\bsk-[A-Za-z0-9_-]{16,}", banner)
    assert found, banner
    return found.group()


@pytest.fixture(scope="module")
def url(banner):
    """The address that was printed, without a path."""
    found = re.search(r"http://[\w.\[\]:-]+", banner)
    assert found, banner
    return found.group()


def curl_line(text):
    """The whole printed line that begins with `curl `, or nothing."""
    found = re.search(r"^\s*(curl .*)\n", text, re.MULTILINE)
    return found and found.group(1)


def curl_prompt(line):
    """The last message that a printed curl line sends."""
    words = shlex.split(line)
    data = next(words[at + 1] for at, word in enumerate(words) if word in ("-d", "--data", "--data-raw", "--json"))
    return json.loads(data)["messages"][-1]["content"]


def test_the_printed_line_works_as_it_stands(banner):
    """Pasted into a shell, it gets its own words back."""
    line = curl_line(banner)
    run = subprocess.run(
        ["bash", "-c", line], env=clean_env(), timeout=30, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, (line, run.stderr)
    answer = json.loads(run.stdout)["choices"][0]["message"]["content"]
    assert curl_prompt(line) in answer


def test_openai_reply(url, master_key):
    """The OpenAI SDK gets the echo, with a usage."""
    client = openai.OpenAI(base_url=f"{url}/v1", api_key=master_key, max_retries=0)
    reply = client.chat.completions.create(model="echo", messages=PROMPT)
    assert PROMPT[0]["content"] in reply.choices[0].message.content
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens > 0


def test_openai_stream(url, master_key):
    """The same, streamed."""
    client = openai.OpenAI(base_url=f"{url}/v1", api_key=master_key, max_retries=0)
    chunks = list(client.chat.completions.create(model="echo", messages=PROMPT, stream=True))
    choices = [chunk.choices[0] for chunk in chunks if chunk.choices]
    assert PROMPT[0]["content"] in "".join(choice.delta.content or "" for choice in choices)
    assert [choice.finish_reason for choice in choices if choice.finish_reason] == ["stop"]


def test_anthropic_reply(url, master_key):
    """The Anthropic SDK gets the echo, with a usage."""
    client = anthropic.Anthropic(base_url=url, api_key=master_key, max_retries=0)
    reply = client.messages.create(model="echo", max_tokens=100, messages=PROMPT)
    assert PROMPT[0]["content"] in reply.content[0].text
    assert reply.stop_reason == "end_turn"
    assert reply.usage.input_tokens > 0 and reply.usage.output_tokens > 0


def test_anthropic_stream(url, master_key):
    """The same, streamed."""
    client = anthropic.Anthropic(base_url=url, api_key=master_key, max_retries=0)
    with client.messages.stream(model="echo", max_tokens=100, messages=PROMPT) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    assert PROMPT[0]["content"] in text
    assert final.stop_reason == "end_turn"


def test_a_wrong_key_is_refused(url):
    """No configuration does not mean no lock."""
    client = openai.OpenAI(base_url=f"{url}/v1", api_key="sk-nobody", max_retries=0)
    with pytest.raises(openai.AuthenticationError):
        client.chat.completions.create(model="echo", messages=PROMPT)
