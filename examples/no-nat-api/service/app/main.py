"""The application: notes, links to them, health."""

import logging
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.orm import Session

from app import __version__
from app.database import service_engine
from app.links import is_signed, signature
from app.models import Note, NoteInput, NoteOutput

logger = logging.getLogger("uvicorn.error")
engine = service_engine()
if not os.environ.get("LINK_KEY"):
    raise SystemExit("LINK_KEY must be set: links are signed with it")


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    engine.dispose()


app = FastAPI(title="Notes", version=__version__, lifespan=lifespan, openapi_url=None if os.environ.get("ENVIRONMENT") == "prod" else "/openapi.json")


def transaction() -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as session:
        yield session


Transaction = Annotated[Session, Depends(transaction)]


@app.exception_handler(DBAPIError)
@app.exception_handler(TimeoutError)
def unavailable(_: Request, error: Exception) -> Response:
    logger.error("database connection error", exc_info=error)
    return JSONResponse({"detail": "the database does not answer"}, 503, {"Retry-After": "5"})


@app.post("/notes", status_code=201)
def create(note: NoteInput, session: Transaction) -> NoteOutput:
    """Keep a note. It is committed before it is answered."""
    row = Note(**note.model_dump())
    session.add(row)
    session.flush()
    session.refresh(row)
    session.commit()
    return NoteOutput.model_validate(row)


@app.get("/notes")
def newest(session: Transaction, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> list[NoteOutput]:
    rows = session.scalars(select(Note).order_by(Note.created_at.desc(), Note.id).limit(limit))
    return [NoteOutput.model_validate(row) for row in rows]


@app.get("/notes/{note_id}")
def read(note_id: uuid.UUID, session: Transaction) -> NoteOutput:
    return NoteOutput.model_validate(existing(note_id, session))


@app.get("/notes/{note_id}/link")
def link(note_id: uuid.UUID, session: Transaction) -> dict[str, str]:
    """A path that shows the note to whoever has it."""
    existing(note_id, session)
    return {"path": f"/shared/{note_id}?signature={signature(note_id)}"}


@app.get("/shared/{note_id}")
def shared(note_id: uuid.UUID, session: Transaction, claimed: Annotated[str, Query(alias="signature", max_length=200)]) -> NoteOutput:
    if not is_signed(note_id, claimed):
        raise HTTPException(403, "this link is not signed by us")
    return NoteOutput.model_validate(existing(note_id, session))


@app.get("/health")
def health(session: Transaction) -> dict[str, str]:
    """For the load balancer: 200 if this task can serve requests, which needs the database, else 503."""
    session.execute(text("SELECT 1"))
    return {"status": "ok", "version": __version__}


@app.get("/live")
async def live() -> dict[str, str]:
    """For the container runtime: 200 while the process answers. A new container would not bring an absent database back."""
    return {"status": "ok", "version": __version__}


def existing(note_id: uuid.UUID, session: Session) -> Note:
    row = session.get(Note, note_id)
    if row is None:
        raise HTTPException(404, "there is no such note")
    return row
