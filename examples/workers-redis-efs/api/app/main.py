"""The API."""

import uuid
from typing import Annotated

from app import agents, queues
from app.settings import SETTINGS
from fastapi import FastAPI, HTTPException, Query, Response
from pydantic import BaseModel, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]

app = FastAPI(title="Nexus AI", version="1.0.0", openapi_url="/api/openapi.json")


class NewAgent(BaseModel):
    name: Text
    goal: Text


class Update(BaseModel):
    text: Text


@app.get("/health", include_in_schema=False)
def health() -> dict[str, str]:
    """That the process answers. What it depends on has health checks of its own: a new task of this one would not mend it."""
    return {"status": "ok"}


@app.post("/api/agents", status_code=202)
def create_agent(agent: NewAgent) -> agents.Agent:
    """Take an agent to be built by a worker."""
    record = agents.create(str(uuid.uuid4()), agent.name, agent.goal)
    queues.send(SETTINGS.agent_builds_url, "build_agent", agent=record["id"])
    return record


@app.get("/api/agents")
def list_agents(count: Annotated[int, Query(ge=1, le=100)] = 20) -> list[agents.Agent]:
    return agents.newest(count)


@app.get("/api/agents/{agent_id}")
def get_agent(agent_id: str, response: Response) -> agents.Agent:
    agent, is_cached = agents.find(agent_id)
    if agent is None:
        raise HTTPException(404, f"there is no agent '{agent_id}'")
    response.headers["X-Cache"] = "hit" if is_cached else "miss"
    return agent


@app.get("/api/agents/{agent_id}/plan")
def get_plan(agent_id: uuid.UUID) -> Response:
    plan = agents.read_plan(str(agent_id))
    if plan is None:
        raise HTTPException(404, f"agent '{agent_id}' has no plan yet")
    return Response(plan, media_type="text/markdown; charset=utf-8")


@app.post("/api/agents/{agent_id}/updates", status_code=202)
def add_update(agent_id: uuid.UUID, update: Update) -> dict[str, str]:
    """Take a line for an agent's history; a worker writes it."""
    queues.send(SETTINGS.status_updates_url, "update_status", agent=str(agent_id), update=str(uuid.uuid4()), text=update.text)
    return {"agent": str(agent_id), "text": update.text}
