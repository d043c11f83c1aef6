"""google-genai against BASE_URL: generate_content, its stream, functions, chats, JSON, counts of tokens, models, errors.
pip install google-genai   |  env: BASE_URL API_KEY MODEL [API_VERSION=v1beta]"""
import json, os, uuid
from _t import *
from google import genai
from google.genai import errors, types
from pydantic import BaseModel

version = {"api_version": os.environ["API_VERSION"]} if os.environ.get("API_VERSION") else {}
c = genai.Client(api_key=KEY, http_options=types.HttpOptions(base_url=BASE, timeout=60000, **version))
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
WEATHER = types.Tool(function_declarations=[types.FunctionDeclaration(name="get_weather", description="The weather in a city.",
    parameters_json_schema={"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]})])

def config(**fields): return types.GenerateContentConfig(automatic_function_calling={"disable": True}, **fields)

def tool(name, **arguments): return "[[tool:%s:%s]]" % (name, json.dumps(arguments))

def user(text): return types.Content(role="user", parts=[types.Part(text=text)])

def result(call, said): return types.Part.from_function_response(name=call.name, response={"output": said})

def stream(contents, **fields): return list(c.models.generate_content_stream(model=MODEL, contents=contents, config=config(**fields)))

@case
def text():
    r = c.models.generate_content(model=MODEL, contents="[[say:hello there]]", config=config(system_instruction="be brief", temperature=0.5, max_output_tokens=50))
    check("text", r.text == "hello there", r)
    check("finish reason", r.candidates[0].finish_reason == types.FinishReason.STOP, r.candidates)
    check("response id and model", r.response_id and r.model_version, r)
    u = r.usage_metadata; check("usage", u.prompt_token_count > 0 and u.candidates_token_count > 0 and u.total_token_count >= u.prompt_token_count + u.candidates_token_count, u)

@case
def turns_and_an_image():
    turns = [user("hi"), types.Content(role="model", parts=[types.Part(text="hello")])]
    import base64
    last = types.Content(role="user", parts=[types.Part(text="[[say:seen]]"), types.Part.from_bytes(data=base64.b64decode(PIXEL), mime_type="image/png")])
    check("turns and an image", c.models.generate_content(model=MODEL, contents=turns + [last]).text == "seen")

@case
def text_in_a_stream():
    got = stream("[[unicode]]")
    check("incremental", len([p for p in got if p.text]) > 1, got)
    check("text", "".join(p.text or "" for p in got).endswith("\U0001F980"), got)
    check("finish reason comes last", [bool(p.candidates[0].finish_reason) for p in got] == [False] * (len(got) - 1) + [True], got)
    check("usage at the end", got[-1].usage_metadata.total_token_count > 0, got[-1])
    check("one response id", len({p.response_id for p in got}) == 1, [p.response_id for p in got])

@case
def function_round_trip():
    asked = user(tool("get_weather", city="Rome"))
    r = c.models.generate_content(model=MODEL, contents=[asked], config=config(tools=[WEATHER])); call = r.function_calls[0]
    check("call", (call.name, call.args) == ("get_weather", {"city": "Rome"}), r)
    back = [asked, r.candidates[0].content, types.Content(role="user", parts=[result(call, "sun")])]
    check("result", c.models.generate_content(model=MODEL, contents=back, config=config(tools=[WEATHER])).text == "TOOL_RESULT: sun")

@case
def parallel_functions_in_a_stream():
    asked = user(tool("get_weather", city="A") + " " + tool("get_weather", city="B"))
    got = stream([asked], tools=[WEATHER]); parts = [part for p in got for part in (p.candidates[0].content.parts or [])]
    calls = [part.function_call for part in parts if part.function_call]
    check("calls", [call.args for call in calls] == [{"city": "A"}, {"city": "B"}], got)
    back = [asked, types.Content(role="model", parts=parts), types.Content(role="user", parts=[result(call, call.args["city"]) for call in calls])]
    check("results", c.models.generate_content(model=MODEL, contents=back, config=config(tools=[WEATHER])).text == "TOOL_RESULT: A | B")

@case
def automatic_functions():
    asked = []
    def get_weather(city: str) -> str:
        """The weather in a city."""
        asked.append(city); return "rain"
    r = c.models.generate_content(model=MODEL, contents=tool("get_weather", city="Oslo"), config=types.GenerateContentConfig(tools=[get_weather]))
    check("the SDK called it", asked == ["Oslo"], asked); check("what it made of it", "rain" in r.text, r.text)

@case
def chosen_function():
    only = types.ToolConfig(function_calling_config=types.FunctionCallingConfig(mode="ANY", allowed_function_names=["get_weather"]))
    r = c.models.generate_content(model=MODEL, contents="anything", config=config(tools=[WEATHER], tool_config=only))
    check("chosen function", r.function_calls and r.function_calls[0].name == "get_weather", r)

@case
def chat():
    talk = c.chats.create(model=MODEL)
    check("first turn", talk.send_message("[[say:one]]").text == "one")
    check("second turn, streamed", "".join(p.text or "" for p in talk.send_message_stream("[[say:two words]]")) == "two words")
    # it keeps each piece of a stream as a turn of its own
    roles = [turn.role for turn in talk.get_history()]; check("history", roles[:4] == ["user", "model", "user", "model"] and roles[-1] == "model", roles)
    check("third turn", talk.send_message("[[say:three]]").text == "three")

@case
def thoughts_handed_back():
    asked = user("[[think]] " + tool("get_weather", city="Bern"))
    thinking = dict(tools=[WEATHER], thinking_config=types.ThinkingConfig(include_thoughts=True, thinking_budget=2048), max_output_tokens=4096)
    got = stream([asked], **thinking); parts = [part for p in got for part in (p.candidates[0].content.parts or [])]
    check("thought", "mock thinking" in "".join(part.text or "" for part in parts if part.thought), parts)
    call = next(part.function_call for part in parts if part.function_call)
    back = [asked, types.Content(role="model", parts=parts), types.Content(role="user", parts=[result(call, "fog")])]
    check("answer behind it", c.models.generate_content(model=MODEL, contents=back, config=config(**thinking)).text == "TOOL_RESULT: fog")

@case
def structured():
    class City(BaseModel):
        name: str
        people: int
    r = c.models.generate_content(model=MODEL, contents="a city", config=config(response_mime_type="application/json", response_schema=City))
    check("parsed", isinstance(r.parsed, City), r.text)

@case
def count_tokens():
    check("of a text", c.models.count_tokens(model=MODEL, contents="how long is a piece of string?").total_tokens > 0)

@case
def embeddings():
    if MODEL in ("via-openai", "via-gemini"):
        # contents of their own: of plain texts the SDK makes one content where the model's name sounds like one that sees
        r = c.models.embed_content(model=MODEL, contents=[user("a"), user("b"), user("a")], config=types.EmbedContentConfig(output_dimensionality=4))
        a, b, again = [e.values for e in r.embeddings]; check("vectors in order", len(a) == len(b) == 4 and a == again != b, r)
        check("tokens are told by those who count", (r.usage_metadata is None) == (MODEL == "via-gemini"), r.usage_metadata)
        r = c.models.embed_content(model=MODEL, contents="a", config=types.EmbedContentConfig(task_type="RETRIEVAL_DOCUMENT", title="t")); check("a task and a title", r.embeddings[0].values[:4] == a, r)
        e = raises("embeddings rate limit", errors.ClientError, lambda: c.models.embed_content(model=MODEL, contents="[[error:429]]")); check("is RESOURCE_EXHAUSTED", e and (e.code, e.status) == (429, "RESOURCE_EXHAUSTED"), e)
    else:
        e = raises("no vectors there", errors.ClientError, lambda: c.models.embed_content(model=MODEL, contents="x")); check("which is said", e and e.code == 400 and "embeddings" in e.message, e)

@case
def models():
    names = [model.name for model in c.models.list()]
    check("list", "models/" + MODEL in names, names); check("one", c.models.get(model=MODEL).name == "models/" + MODEL)

@case
def error_answers():
    for status, word in ((400, "INVALID_ARGUMENT"), (403, None), (404, "NOT_FOUND"), (429, "RESOURCE_EXHAUSTED"), (500, "INTERNAL"), (503, "UNAVAILABLE")):
        kind = errors.ClientError if status < 500 else errors.ServerError
        for name, ask in (("whole", lambda t: c.models.generate_content(model=MODEL, contents=t)), ("streamed", lambda t: list(c.models.generate_content_stream(model=MODEL, contents=t)))):
            e = raises("%s %d" % (name, status), kind, lambda: ask("[[error:%d]]" % status))
            if e and word: check("%s %d %s" % (name, status, word), e.code == status and e.status == word and e.message, (e.code, e.status, e.message))
    e = raises("unknown model", errors.ClientError, lambda: c.models.generate_content(model="nobody-has-this", contents="x"))
    check("unknown model is refused", e and (e.code, e.status) in ((404, "NOT_FOUND"), (403, "PERMISSION_DENIED")), e)
    wrong = genai.Client(api_key="sk-wrong", http_options=types.HttpOptions(base_url=BASE))
    e = raises("wrong key", errors.ClientError, lambda: wrong.models.generate_content(model=MODEL, contents="x")); check("wrong key is UNAUTHENTICATED", e and e.code == 401, e)

@case
def broken_streams():
    raises("an error in the middle", errors.APIError, lambda: stream("[[midstream]] aaaaaaaaaaaaaaaaaaaaaaaa"))
    raises("a cut", Exception, lambda: stream("[[cut]] aaaaaaaaaaaaaaaaaaaaaaaa"))

@case
def long_stream():
    got = stream("[[long:3000]]"); check("3000 words", len("".join(p.text or "" for p in got).split()) == 3000)
done()
