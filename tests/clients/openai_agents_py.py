"""The OpenAI Agents SDK against BASE_URL/v1, with its Responses model (its default) and its chat model.
pip install openai-agents   |  env: BASE_URL API_KEY MODEL"""
import asyncio
from _t import *
from agents import Agent, ModelSettings, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner, function_tool, set_tracing_disabled
from openai import AsyncOpenAI
from openai.types.shared import Reasoning
from pydantic import BaseModel

set_tracing_disabled(True)
run = asyncio.new_event_loop().run_until_complete
ASK = '[[tool:get_weather:{"city":"Oslo"}]]'

class City(BaseModel):
    name: str
    population: int

@function_tool
def get_weather(city: str) -> str:
    """The weather in a city."""
    return city + "=7C"

def agent(kind, **more):
    return Agent(name="e2e", instructions="be brief", model=kind(model=MODEL, openai_client=AsyncOpenAI(base_url=OPENAI, api_key=KEY, max_retries=0)), **more)

def loop(kind):
    first = run(Runner.run(agent(kind, tools=[get_weather]), ASK)); check("tool loop", first.final_output == "TOOL_RESULT: Oslo=7C", first.final_output)
    turn = first.to_input_list() + [{"role": "user", "content": "[[say:and on]]"}]
    second = run(Runner.run(agent(kind, tools=[get_weather]), turn)); check("the conversation goes on", second.final_output == "and on", second.final_output)

def typed(kind):
    r = run(Runner.run(agent(kind, output_type=City), "population 42")); check("typed", r.final_output == City(name="Paris", population=42), r.final_output)

def streamed(kind):
    async def go():
        r = Runner.run_streamed(agent(kind, tools=[get_weather]), ASK + ' [[tool:get_weather:{"city":"Rome"}]]')
        return [e.type async for e in r.stream_events()], r.final_output
    kinds, text = run(go()); check("streamed", text == "TOOL_RESULT: Oslo=7C | Rome=7C" and len(kinds) > 5, (kinds, text))

def handoff(kind):
    helper = agent(kind, handoff_description="Helps."); helper.name = "helper"
    r = run(Runner.run(agent(kind, handoffs=[helper]), "[[tool:transfer_to_helper:{}]]")); check("handed over", r.last_agent.name == "helper", r.last_agent.name)

@case
def responses_loop(): loop(OpenAIResponsesModel)

@case
def responses_typed(): typed(OpenAIResponsesModel)

@case
def responses_streamed(): streamed(OpenAIResponsesModel)

@case
def responses_handoff(): handoff(OpenAIResponsesModel)

@case
def responses_reasoning():
    how = ModelSettings(store=False, reasoning=Reasoning(effort="low", summary="auto"), response_include=["reasoning.encrypted_content"])
    r = run(Runner.run(agent(OpenAIResponsesModel, tools=[get_weather], model_settings=how), ASK)); check("thoughts handed back", r.final_output == "TOOL_RESULT: Oslo=7C", r.final_output)
    check("thoughts with proof", any(item.type == "reasoning_item" and item.raw_item.encrypted_content for item in r.new_items), r.new_items)

@case
def chat_loop(): loop(OpenAIChatCompletionsModel)

@case
def chat_typed(): typed(OpenAIChatCompletionsModel)

@case
def chat_streamed(): streamed(OpenAIChatCompletionsModel)

@case
def chat_handoff(): handoff(OpenAIChatCompletionsModel)
done()
