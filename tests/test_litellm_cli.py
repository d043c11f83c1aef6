"""LiteLLM's own command line against the management API: what it sends, and what it reads of the answers."""

import json
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import clean_env

CLI = Path(sys.prefix).parent / "litellm" / "bin" / "litellm-proxy"


@pytest.fixture(scope="module")
def cli(gateway, tmp_path_factory):
    """Runs the command line with the master key, or another; returns what it printed."""
    assert CLI.exists(), f"{CLI} is missing: tests/setup.sh installs it"
    home = tmp_path_factory.mktemp("home")

    def run(*arguments, key=None, text="", fails=False):
        settings = {
            "HOME": str(home), "COLUMNS": "400", "LITELLM_PROXY_URL": gateway.url,
            "LITELLM_PROXY_API_KEY": key or gateway.master_key,
        }
        done = subprocess.run(
            [CLI, *arguments], env=clean_env(**settings), input=text, capture_output=True, text=True, timeout=120
        )
        assert (done.returncode != 0) == fails, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr if fails else done.stdout

    return run


def as_json(output):
    """What was printed as JSON, behind whatever else was."""
    return json.loads(output[min(at for at in (output.find("{"), output.find("[")) if at >= 0):])


def unique(what):
    """A name that no other test has."""
    return f"{what}-{secrets.token_hex(4)}"


def test_version(cli):
    """It shows the version of the server that it talks to."""
    assert "unavailable" not in cli("version")


def test_keys(cli, gateway):
    """A key is made, listed, used and deleted, by its text or its alias."""
    alias = unique("alias")
    made = as_json(cli(
        "keys", "generate", "--models", "via-openai, via-anthropic", "--duration", "1h", "--key-alias", alias,
        "--aliases", '{"mine": "via-openai"}', "--spend", "0.5",
    ))
    assert made["models"] == ["via-openai", "via-anthropic"] and made["expires"]
    assert gateway.chat(key=made["key"], model="mine").status == 200
    listed = as_json(cli("keys", "list", "--key-alias", alias, "--format", "json"))
    assert listed["total_count"] == 1
    assert (listed["keys"][0]["token"], listed["keys"][0]["key_alias"]) == (made["token"], alias)
    assert alias in cli("keys", "list", "--size", "100", "--include-team-keys")
    assert as_json(cli("keys", "delete", "--keys", made["key"])) == {"deleted_keys": [made["key"]]}
    cli("keys", "generate", "--key-alias", alias)
    assert as_json(cli("keys", "delete", "--key-aliases", alias)) == {"deleted_keys": [alias]}
    refused = cli("keys", "delete", "--key-aliases", alias, fails=True)
    assert "HTTP 404" in refused and "No such key" in refused
    assert "HTTP 400" in cli("keys", "generate", "--team-id", "there-is-none", fails=True)


def test_import_of_keys(cli, gateway):
    """Keys of another gateway, here of the same: their aliases are taken, so the run counts failures and goes on."""
    alias = unique("imported")
    cli("keys", "generate", "--key-alias", alias, "--models", "via-openai")
    source = ["--source-base-url", gateway.url, "--source-api-key", gateway.master_key]
    assert alias in cli("keys", "import", *source, "--dry-run")
    assert "No keys found" in cli("keys", "import", *source, "--created-since", "2999-01-01")
    before = len(as_json(cli("keys", "list", "--size", "100", "--format", "json"))["keys"])
    cli("keys", "generate")
    report = cli("keys", "import", *source)
    assert f"Total keys processed: {before + 1}" in report and "Failed to import: 0" not in report
    assert "Successfully imported: 0" not in report


def test_users(cli, gateway):
    """A user is made, listed, shown and deleted."""
    team = gateway.call("POST", "/team/new", {"team_alias": unique("crew")}).json["team_id"]
    email = f"{unique('ann')}@example.org"
    made = as_json(cli(
        "users", "create", "--email", email, "--alias", "Ann", "--max-budget", "5", "--team", team,
    ))
    assert (made["user_email"], made["user_role"], made["max_budget"]) == (email, "internal_user", 5)
    table = cli("users", "list")
    assert email in table and team in table
    assert as_json(cli("users", "get", "--id", made["user_id"]))["user_info"]["user_alias"] == "Ann"
    assert as_json(cli("users", "get", key=made["key"]))["user_id"] == made["user_id"]
    cli("users", "get", "--id", "nobody", fails=True)
    assert "1" in cli("users", "delete", made["user_id"])
    cli("users", "delete", made["user_id"], fails=True)


def test_teams(cli, gateway):
    """Teams are listed, and a user moves his key into a team of his."""
    user = gateway.call("POST", "/user/new", {"user_email": f"{unique('bob')}@example.org"}).json
    members = [{"role": "user", "user_id": user["user_id"]}]
    alias = unique("crew")
    fields = {"team_alias": alias, "models": ["via-openai"], "members_with_roles": members}
    permissions = {"team_member_permissions": ["/key/update"]}
    team = gateway.call("POST", "/team/new", {**fields, **permissions}).json["team_id"]
    assert alias in cli("teams", "list")
    assert alias in cli("teams", "list", key=user["key"])
    cli("teams", "available")
    assert "via-openai" in cli("teams", "assign-key", "--team-id", team, key=user["key"])
    assert gateway.call("GET", "/key/info", key=user["key"]).json["info"]["team_id"] == team
    refused = cli("teams", "assign-key", "--team-id", "there-is-none", key=user["key"], fails=True)
    assert "there is no such team" in refused


def test_models(cli, gateway, upstream):
    """A model is added with text for everything, called, changed and deleted."""
    name = unique("model")
    added = as_json(cli(
        "models", "add", name, "-p", "model=openai/mock-model", "-p", f"api_base={upstream[0]}/v1", "-p", "api_key=any",
        "-p", "rpm=10", "-p", "drop_params=true", "-i", "description=for tests",
    ))
    model_id = added["model_info"]["id"]
    assert gateway.chat(model=name).status == 200
    assert name in cli("models", "list") and name in cli("models", "info")
    assert name in [model["id"] for model in as_json(cli("models", "list", "--format", "json"))]
    assert as_json(cli("models", "get", "--id", model_id))["model_name"] == name
    assert as_json(cli("models", "get", "--name", name))["litellm_params"]["rpm"] == 10
    shown = "public_model,upstream_model,credential_name,created_at,updated_at,id,input_cost,output_cost"
    assert model_id in cli("models", "info", "--columns", shown)
    cli("models", "update", model_id, "-p", "rpm=20")
    cli("models", "update", model_id, "-p", "tpm=500", "-i", f"id={model_id}")
    params = as_json(cli("models", "get", "--id", model_id))["litellm_params"]
    assert (params["rpm"], params["tpm"], params["model"]) == (20, 500, "openai/mock-model")
    assert name in cli("model-groups", "list")
    cli("models", "delete", model_id)
    assert gateway.chat(model=name).status in (400, 404)
    assert "NotFoundError" in cli("models", "delete", model_id, fails=True)
    cli("models", "get", "--id", model_id, fails=True)


def test_import_of_models(cli, gateway, upstream, tmp_path):
    """A configuration file of LiteLLM's is read entry by entry."""
    name = unique("from-file")
    params = f'{{model: openai/mock-model, api_base: "{upstream[0]}/v1", api_key: any}}'
    file = tmp_path / "models.yaml"
    file.write_text(f"model_list:\n- model_name: {name}\n  litellm_params: {params}\n")
    cli("models", "import", str(file), "--dry-run")
    assert gateway.chat(model=name).status in (400, 404)
    cli("models", "import", str(file))
    assert gateway.chat(model=name).status == 200


@pytest.mark.parametrize("name", ["plain", "with/slash"])
def test_credentials(cli, name):
    """A credential is made, shown without its secret, renamed and deleted."""
    name, secret = unique(name), secrets.token_hex(20)
    info, values = '{"custom_llm_provider": "openai"}', json.dumps({"api_key": secret})
    cli("credentials", "create", name, "--info", info, "--values", values, "--display-name", "Ours")
    listed = cli("credentials", "list")
    assert name in listed and "Ours" in listed
    shown = cli("credentials", "get", name)
    assert as_json(shown)["credential_name"] == name and secret not in shown
    cli("credentials", "update", name, "--display-name", "Theirs")
    assert as_json(cli("credentials", "get", name))["display_name"] == "Theirs"
    cli("credentials", "update", name, "--clear-display-name")
    assert not as_json(cli("credentials", "get", name)).get("display_name")
    cli("credentials", "delete", name)
    assert "404" in cli("credentials", "delete", name, fails=True)


def test_http(cli):
    """Any request, and an error as the API answers it."""
    assert as_json(cli("http", "request", "GET", "/key/list"))["current_page"] == 1
    made = as_json(cli("http", "request", "POST", "/key/generate", "-j", '{"max_budget": 2}', "-H", "x-own:1"))
    assert made["max_budget"] == 2
    refused = cli("http", "request", "POST", "/key/generate", "-j", '{"colour": "red"}', fails=True)
    assert "422" in refused and "colour" in refused


def test_chat(cli):
    """A conversation by stream, with a model of ours and with one that there is not."""
    assert "hello there" in cli("chat", "via-openai", text="[[say:hello there]]\n/quit\n")
    assert "there-is-none" in cli("chat", "there-is-none", text="hello\n/quit\n")


def test_wrong_keys(cli, gateway):
    """Who has no key, or may not, is told so."""
    cli("keys", "list", key="sk-nobody-has-this-one", fails=True)
    key = gateway.new_key()["key"]
    assert "401" in cli("keys", "generate", key=key, fails=True)
    cli("users", "list", key=key, fails=True)
