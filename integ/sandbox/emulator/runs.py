"""Runs of functions at once, each in a process of its own that waits for the next one: counted whoever calls, and refused above what is reserved."""

import json
import os
import threading
from typing import Any

import ministack.core.lambda_runtime as lambda_runtime
import ministack.services.apigateway_v1 as apigateway_v1
import ministack.services.lambda_svc as lambda_svc
from registry import Properties

# what a process has written is there almost at once; the emulator would keep it from its next run ten times as long
_LOG_SECONDS = 0.005
# a start keeps a CPU busy: of many at once each would be ready as late as the last
_starts = threading.BoundedSemaphore(os.cpu_count() or 1)
_TURN_SECONDS = 20
_REFUSED = {"statusCode": 500, "headers": {"Content-Type": "application/json"}, "body": json.dumps({"message": "Internal server error"})}


def _count_versions_as_their_function() -> None:
    reserved_of = lambda_svc._reserved_concurrency

    def reserved(function: Properties, config: Properties) -> int | None:
        # the record of a version does not say what is reserved for all of them
        return reserved_of(lambda_svc._functions.get(config["FunctionName"]) or function, config)

    lambda_svc._reserved_concurrency = reserved


class _CountedWorker:
    """What a WebSocket's message is handed to, as any other call: the emulator would let all of them wait for one process."""

    def __init__(self, _name: str, config: Properties, archive: bytes, qualifier: str = "") -> None:
        self._function = {"config": config, "code_zip": archive}

    def invoke(self, event: Properties, _request_id: str) -> Properties:
        result = lambda_svc._execute_function(self._function, event)
        if result.get("throttle"):
            return {"result": {"statusCode": 429, "body": json.dumps(result["body"])}}
        if result.get("error"):
            return {"status": "error", "error": result["body"]["errorMessage"]}
        return {"result": result["body"]}


def is_throttled(response: Any) -> bool:
    """Whether a response is that of a call which Lambda refused."""
    return isinstance(response, dict) and response.get("statusCode") == 429 and "TooManyRequestsException" in str(response.get("body"))


def _answer_throttled_calls() -> None:
    """A gateway does not say why Lambda refused.

    https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#services-apigateway-errors
    """
    respond = apigateway_v1._lambda_proxy_response

    def respond_without_reason(result: Properties) -> tuple[Properties | None, str | None]:
        response, error = respond(result)
        return (_REFUSED, None) if is_throttled(response) else (response, error)

    apigateway_v1._lambda_proxy_response = respond_without_reason


def _start_in_turn() -> None:
    spawn = lambda_runtime.Worker._spawn

    def spawn_in_turn(worker: lambda_runtime.Worker) -> None:
        # a start that waits for another function is not to wait for ever
        has_turn = _starts.acquire(timeout=_TURN_SECONDS)
        try:
            spawn(worker)
        finally:
            if has_turn:
                _starts.release()

    lambda_runtime.Worker._spawn = spawn_in_turn


def install() -> None:
    _start_in_turn()
    _count_versions_as_their_function()
    _answer_throttled_calls()
    lambda_runtime.get_or_create_worker = _CountedWorker
    drain = lambda_runtime.Worker._drain_stderr_bounded
    lambda_runtime.Worker._drain_stderr_bounded = lambda worker: drain(worker, first_line_wait=_LOG_SECONDS, idle_confirm=_LOG_SECONDS / 5)
