"""The REST API, as its framework has it."""

import notes
from fastapi import FastAPI, HTTPException
from mangum import Mangum

app = FastAPI()
handler = Mangum(app, lifespan="off")


@app.get("/api/notes")
def read() -> list[str]:
    return notes.read()


@app.post("/api/notes", status_code=201)
def write(note: dict[str, str]) -> dict[str, str]:
    notes.write(note["content"])
    return note


@app.get("/api/missing")
def missing() -> None:
    raise HTTPException(404, "there is no such note")
