"""The API: messages are written to the primary and read from the replica."""

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Query, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app import __version__, database
from app.models import Message
from app.schemas import MessageInput, MessageOutput

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
logger = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    database.close()


app = FastAPI(title="Messages", version=__version__, lifespan=lifespan, openapi_url=None)
# the page comes from the same host by another port, which to a browser is another origin
app.add_middleware(CORSMiddleware, allow_origins=[os.environ.get("ALLOWED_ORIGIN", "")], allow_methods=["GET", "POST"], allow_headers=["content-type"])


@app.exception_handler(SQLAlchemyError)
def unavailable(_: Request, error: SQLAlchemyError) -> Response:
    # the name alone: the message of an error may hold what a client sent
    logger.error("database error: %s", type(error).__name__)
    return JSONResponse({"error": {"code": "DATABASE_UNAVAILABLE", "message": "the database does not answer as it should"}}, status_code=503)


@app.get("/healthz")
def healthz() -> dict[str, str]:
    """For the load balancer: 200 if this task can serve requests, else 503."""
    database.check()
    return {"status": "ok", "version": __version__}


@app.post("/messages", status_code=201)
def write(message: MessageInput) -> MessageOutput:
    with database.writing() as session:
        written = Message(**message.model_dump())
        session.add(written)
        session.flush()
        session.refresh(written)
    return MessageOutput.model_validate(written)


@app.get("/messages")
def read(limit: int = Query(default=20, ge=1, le=100)) -> list[MessageOutput]:
    """The latest first."""
    with database.reading() as session:
        return [MessageOutput.model_validate(message) for message in session.scalars(select(Message).order_by(Message.id.desc()).limit(limit))]
