"""IAM for tasks and functions: what is signed with their credentials is held to the policies of their role, everything else may do anything.

The emulator can enforce IAM for everybody or for nobody. Deployments act for an administrator here, tasks and functions for their roles.
"""

import contextvars
import json
import re
import secrets
import urllib.parse

import ministack.app as app
import ministack.core.iam_actions as iam_actions
import ministack.core.iam_evaluator as iam_evaluator
import ministack.services.iam as iam
import ministack.services.sts as sts
from ministack.core.responses import get_account_id, get_region
from ministack.core.router import extract_access_key_id
from registry import Properties

_SERVICE = "ecs-tasks.amazonaws.com"
_MODEL_CALL = re.compile(r"^/model/([^/]+)/(converse|invoke)(-with-response)?(-stream)?$")
_by_task: contextvars.ContextVar[bool] = contextvars.ContextVar("patternbook_by_task", default=False)
_keys_of_tasks: set[str] = set()


class _ForTasks:
    """Stands for the emulator's switch, which is asked again for each request."""

    def __bool__(self) -> bool:
        return _by_task.get()


def _trusts(role: Properties, service: str) -> bool:
    document = role["AssumeRolePolicyDocument"]
    statements = (json.loads(document) if isinstance(document, str) else document).get("Statement", [])
    return any(
        statement.get("Effect") == "Allow" and iam_evaluator._service_principal_matches(statement.get("Principal"), service)
        for statement in ([statements] if isinstance(statements, dict) else statements)
    )


def issue(wanted: Properties, service: str = _SERVICE) -> Properties:
    """Credentials of a role for one task or function; they last as long as the sandbox, where those of AWS are renewed."""
    arn, session = wanted["roleArn"], wanted["session"]
    name = arn.rsplit("/", 1)[-1]
    role = iam._roles.get(name)
    if role is None:
        return {"reason": "it does not exist"}
    if not _trusts(role, service):
        return {"reason": f"its trust policy does not name {service}"}
    key, secret, token = f"ASIA{secrets.token_hex(8).upper()}", secrets.token_hex(20), secrets.token_hex(40)
    sts.register_session(key, {
        "Arn": f"arn:aws:sts::{get_account_id()}:assumed-role/{name}/{session}",
        "UserId": f"{role['RoleId']}:{session}",
        "SecretAccessKey": secret,
        "SessionToken": token,
        "AccountId": get_account_id(),
        "PrincipalType": "AssumedRole",
    })
    _keys_of_tasks.add(key)
    return {"accessKeyId": key, "secretAccessKey": secret, "sessionToken": token}


def _know_models() -> None:
    """What a call of a model is to IAM: `InvokeModel` on it, also when it converses, which the emulator does not know.

    https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
    """
    action_of, resource_of = iam_actions.extract_iam_action, iam_actions.extract_resource_arn

    def action(service: str, method: str, path: str, *further: object) -> str | None:
        call = _MODEL_CALL.match(path) if service == "bedrock-runtime" else None
        if call:
            return "bedrock:InvokeModelWithResponseStream" if call[4] else "bedrock:InvokeModel"
        return action_of(service, method, path, *further)

    def resource(service: str, method: str, path: str, *further: object) -> str:
        call = _MODEL_CALL.match(path) if service == "bedrock-runtime" else None
        if call:
            model = urllib.parse.unquote(call[1])
            return model if model.startswith("arn:") else f"arn:aws:bedrock:{get_region()}::foundation-model/{model}"
        return resource_of(service, method, path, *further)

    iam_actions.extract_iam_action, iam_actions.extract_resource_arn = action, resource


def install() -> None:
    _know_models()
    app.AUTH = _ForTasks()
    serve = app.app

    async def serve_by_caller(scope, receive, send):
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope.get("headers", [])}
        _by_task.set(extract_access_key_id(headers, {}) in _keys_of_tasks)
        await serve(scope, receive, send)

    app.app = serve_by_caller
