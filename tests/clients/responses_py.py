"""openai-python's Responses against BASE_URL/v1: text, events in their order, tools, reasoning handed back, typed output, refusals.
pip install openai   |  env: BASE_URL API_KEY MODEL [STRICT=1]"""
import json, os, uuid
from _t import *
import openai
from openai import OpenAI
from pydantic import BaseModel

c = OpenAI(base_url=OPENAI, api_key=KEY, max_retries=0, _strict_response_validation=os.environ.get("STRICT") == "1")
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False}
WEATHER = {"type": "function", "name": "get_weather", "description": "The weather in a city.", "parameters": PARAMETERS, "strict": True}
NOTE = {"type": "custom", "name": "take_note", "description": "Writes free text down."}
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

def user(text): return [{"role": "user", "content": text}]

def tool(name, **arguments): return "[[tool:%s:%s]]" % (name, json.dumps(arguments))

def calls(response, kind="function_call"): return [item for item in response.output if item.type == kind]

def events(**request):
    """All events of a stream."""
    with c.responses.create(model=MODEL, stream=True, **request) as stream: return list(stream)

def back(response):
    """The output as the next turn's input: the SDK leaves out what is its own."""
    return list(response.output)

@case
def text():
    r = c.responses.create(model=MODEL, instructions="be brief", input="[[say:hello there]]", metadata={"owner": "e2e"}, max_output_tokens=50)
    check("text", r.output_text == "hello there", r.output)
    check("object", r.object == "response" and r.status == "completed" and r.id and r.created_at > 0, r)
    check("ids of items", all(item.id for item in r.output) and len({item.id for item in r.output}) == len(r.output), r.output)
    check("request told again", r.instructions == "be brief" and r.metadata == {"owner": "e2e"} and r.max_output_tokens == 50, r)
    u = r.usage; check("usage", u.input_tokens > 0 and u.output_tokens > 0 and u.total_tokens == u.input_tokens + u.output_tokens, u)
    check("usage details", u.input_tokens_details.cached_tokens == 0 and u.output_tokens_details.reasoning_tokens == 0, u)
    check("request id", r._request_id, r._request_id)

@case
def input_items():
    parts = [{"type": "input_text", "text": "[[say:seen]]"}, {"type": "input_image", "image_url": PIXEL, "detail": "auto"}]
    turns = [{"role": "developer", "content": "be brief"}, {"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]
    r = c.responses.create(model=MODEL, input=turns + [{"type": "message", "role": "user", "content": parts}])
    check("turns and an image", r.output_text == "seen", r.output)

@case
def stream_of_text():
    got = events(input="[[unicode]]"); kinds = [e.type for e in got]
    check("first events", kinds[:2] == ["response.created", "response.in_progress"], kinds)
    check("last event", kinds[-1] == "response.completed", kinds)
    check("sequence numbers", [e.sequence_number for e in got] == list(range(len(got))), [e.sequence_number for e in got])
    item = [k for k in kinds[2:-1] if k != "response.output_text.delta"]
    check("events of an item", item == ["response.output_item.added", "response.content_part.added", "response.output_text.done", "response.content_part.done", "response.output_item.done"], item)
    deltas = [e for e in got if e.type == "response.output_text.delta"]
    whole = "".join(e.delta for e in deltas)
    check("incremental", len(deltas) > 1 and whole.endswith("\U0001F980"), whole)
    done = next(e for e in got if e.type == "response.output_text.done"); final = got[-1].response
    check("the same text everywhere", done.text == whole == final.output_text, (done.text, whole, final.output_text))
    added = next(e for e in got if e.type == "response.output_item.added")
    check("one item id", {added.item.id, final.output[0].id, *(e.item_id for e in deltas)} == {added.item.id}, added.item.id)
    check("one response id", got[0].response.id == final.id and got[0].response.status == "in_progress", (got[0].response.id, final.id))
    check("usage at the end", got[0].response.usage is None and final.usage.total_tokens > 0, final.usage)

@case
def tool_round_trip():
    turn = user(tool("get_weather", city="Rome"))
    with c.responses.stream(model=MODEL, input=turn, tools=[WEATHER]) as s:
        kinds = [e.type for e in s]; r = s.get_final_response()
    call = calls(r)[0]
    check("arguments", json.loads(call.arguments) == {"city": "Rome"} and call.call_id and call.name == "get_weather", call)
    check("events of a call", "response.function_call_arguments.delta" in kinds and "response.function_call_arguments.done" in kinds, kinds)
    answer = {"type": "function_call_output", "call_id": call.call_id, "output": "sun"}
    r2 = c.responses.create(model=MODEL, tools=[WEATHER], input=turn + back(r) + [answer])
    check("result", r2.output_text == "TOOL_RESULT: sun", r2.output)

@case
def parallel_tools():
    turn = user(tool("get_weather", city="A") + " " + tool("get_weather", city="B"))
    got = events(input=turn, tools=[WEATHER]); r = got[-1].response
    check("two calls", [json.loads(x.arguments)["city"] for x in calls(r)] == ["A", "B"], r.output)
    check("distinct ids", len({x.call_id for x in calls(r)} | {x.id for x in calls(r)}) == 4, r.output)
    places = [e.output_index for e in got if e.type == "response.output_item.added"]
    check("places in the output", places == list(range(len(r.output))), places)
    answers = [{"type": "function_call_output", "call_id": x.call_id, "output": json.loads(x.arguments)["city"] + "=1"} for x in calls(r)]
    r2 = c.responses.create(model=MODEL, tools=[WEATHER], input=turn + back(r) + answers)
    check("both results", r2.output_text == "TOOL_RESULT: A=1 | B=1", r2.output)

@case
def forced_tool():
    r = c.responses.create(model=MODEL, input="anything", tools=[WEATHER], tool_choice={"type": "function", "name": "get_weather"}, parallel_tool_calls=False)
    check("forced", calls(r) and "city" in json.loads(calls(r)[0].arguments), r.output)

@case
def custom_tool():
    text = "line one\nline \"two\"\n"; turn = user(tool("take_note", input=text))
    got = events(input=turn, tools=[NOTE, WEATHER]); r = got[-1].response; call = calls(r, "custom_tool_call")[0]
    check("free text as it was said", call.input == text and call.name == "take_note", call)
    deltas = [e.delta for e in got if e.type == "response.custom_tool_call_input.delta"]; kinds = [e.type for e in got]
    check("its events", "".join(deltas) == text and "response.custom_tool_call_input.done" in kinds, kinds)
    answer = {"type": "custom_tool_call_output", "call_id": call.call_id, "output": "noted"}
    r2 = c.responses.create(model=MODEL, tools=[NOTE, WEATHER], input=turn + back(r) + [answer])
    check("its result", r2.output_text == "TOOL_RESULT: noted", r2.output)

@case
def reasoning_handed_back():
    how = {"tools": [WEATHER], "reasoning": {"effort": "low", "summary": "auto"}, "include": ["reasoning.encrypted_content"], "store": False}
    turn = user(tool("get_weather", city="Rome"))
    r = c.responses.create(model=MODEL, input=turn, **how)
    check("summary", [part.text for thought in calls(r, "reasoning") for part in thought.summary] == ["mock thinking"], r.output)
    check("proof", [bool(thought.encrypted_content) for thought in calls(r, "reasoning")] == [True], r.output)
    check("thought before the call", [item.type for item in r.output][:2] == ["reasoning", "function_call"], r.output)
    answer = {"type": "function_call_output", "call_id": calls(r)[0].call_id, "output": "sun"}
    got = events(input=turn + back(r) + [answer], **how); kinds = [e.type for e in got]
    check("accepted again", got[-1].type == "response.completed" and got[-1].response.output_text == "TOOL_RESULT: sun", kinds)
    check("events of a thought", "response.reasoning_summary_part.added" in kinds and "response.reasoning_summary_text.done" in kinds, kinds)
    thoughts = calls(got[-1].response, "reasoning")
    check("proof in a stream", [bool(thought.encrypted_content) for thought in thoughts] == [True], got[-1].response.output)

@case
def typed():
    class City(BaseModel):
        name: str
        population: int
    r = c.responses.parse(model=MODEL, input="population 5", text_format=City)
    check("parsed", r.output_parsed == City(name="Paris", population=5), r.output)
    with c.responses.stream(model=MODEL, input="population 6", text_format=City) as s:
        for _ in s: pass
        check("parsed from a stream", s.get_final_response().output_parsed == City(name="Paris", population=6))

@case
def input_tokens():
    few = c.responses.input_tokens.count(model=MODEL, input="hello")
    many = c.responses.input_tokens.count(model=MODEL, input="hello " * 200, instructions="be brief", tools=[WEATHER])
    check("counted", few.object == "response.input_tokens" and 0 < few.input_tokens < many.input_tokens, (few, many))

@case
def kept_state():
    for name, value in (("previous_response_id", "resp_1"), ("conversation", "conv_1"), ("background", True)):
        e = raises(name + " refused", openai.BadRequestError, lambda: c.responses.create(model=MODEL, input="hi", **{name: value}))
        if e: check(name + " named", e.body.get("param") == name and name in e.message, e.body)

@case
def errors():
    for status, kind in ((400, openai.BadRequestError), (429, openai.RateLimitError), (500, openai.InternalServerError)):
        e = raises("%d" % status, kind, lambda: c.responses.create(model=MODEL, input="[[error:%d]]" % status))
        if e: check("%d body and id" % status, isinstance(e.body, dict) and e.body.get("message") and e.request_id, e.body)
    r = c.with_options(max_retries=4).responses.create(model=MODEL, input="[[flaky:%s:2:429]]" % uuid.uuid4().hex[:8])
    check("retried", r.output_text == "flaky ok", r.output)

@case
def broken_streams():
    got = []
    def midstream():
        for e in c.responses.create(model=MODEL, input="[[midstream]] aaaaaaaaaaaaaaaa", stream=True): got.append(e)
        if got[-1].type in ("response.failed", "error"): raise openai.APIError(got[-1].type, request=None, body=None)
    raises("an error inside a stream is told", openai.APIError, midstream)
    check("no good ending", all(e.type != "response.completed" for e in got), [e.type for e in got])
    def cut():
        kinds = [e.type for e in c.responses.create(model=MODEL, input="[[cut]] aaaaaaaaaaaaaaaaaaaa", stream=True)]
        if kinds[-1] != "response.completed": raise ConnectionError(kinds[-1])
    raises("a cut is no good ending", Exception, cut)

@case
def long_stream():
    n = sum(len(e.delta) for e in events(input="[[long:3000]]") if e.type == "response.output_text.delta")
    check("long stream complete", n == len(" ".join("w%d" % i for i in range(1, 3001))), n)
done()
