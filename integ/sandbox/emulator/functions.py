"""Functions: refused as Lambda refuses them, run with the credentials of their role, connected as their security groups allow.

The emulator runs the code, that of an image too, as the folder that sandbox.json names for it. The supervisor says whether the role permits what the function is to do, installs what its
`requirements.txt` names, and opens the gates at which it finds databases.
"""

import asyncio
import io
import json
import os
import pathlib
import zipfile

import ministack.app as app
import ministack.core.lambda_runtime as lambda_runtime
import ministack.services.lambda_svc as lambda_svc
import supervisor
import task_roles
from ministack.core.router import extract_access_key_id
from registry import Properties, handlers_of

_SERVICE = "lambda.amazonaws.com"
_FUNCTION_PATH = str(pathlib.Path(__file__).parent / "function_path")
_PUBLIC_NAMES = f'--require "{_FUNCTION_PATH}/public-names.cjs"'
# what a function reads at run time and what may name a database, as the variables of a task do
_READS = {
    "secretsmanager": {"GetSecretValue", "BatchGetSecretValue"},
    "ssm": {"GetParameter", "GetParameters", "GetParametersByPath"},
}
_function_of_key: dict[str, str] = {}
# what runs for an image, by its URI
_images: dict[str, Properties] = {}
# an image is built for this machine: any Python runtime that the emulator knows
_RUNTIME_OF_IMAGES = "python3.12"


def _requirements_of(function: Properties) -> str | None:
    if not function["config"].get("Runtime", "").startswith("python"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(function["code_zip"] or b"")) as archive:
            return archive.read("requirements.txt").decode()
    except (KeyError, zipfile.BadZipFile):
        return None


def _complete(name: str, properties: Properties) -> None:
    """What the emulator's CloudFormation leaves out of a function."""
    function = lambda_svc._functions[name]
    function["config"]["VpcConfig"] = lambda_svc._vpc_config_with_id(properties.get("VpcConfig"))
    function["config"]["DeadLetterConfig"] = properties.get("DeadLetterConfig") or {}
    reserved = properties.get("ReservedConcurrentExecutions")
    function["concurrency"] = None if reserved is None else int(reserved)


def _check(name: str, properties: Properties) -> None:
    code = properties.get("Code") or {}
    if code.get("S3Key") and not lambda_svc._functions[name]["code_zip"]:
        raise ValueError(f"Error occurred while GetObject. S3 Error Code: NoSuchKey. There is no {code['S3Key']} in {code['S3Bucket']}")
    vpc, dead_letters = properties.get("VpcConfig") or {}, properties.get("DeadLetterConfig") or {}
    if code.get("ImageUri"):
        _take_image(code["ImageUri"])
    supervisor.call("function", {
        "name": name,
        "role": properties["Role"],
        "subnetIds": vpc.get("SubnetIds", []),
        "groupIds": vpc.get("SecurityGroupIds", []),
        "deadLetters": dead_letters.get("TargetArn"),
        "requirements": _requirements_of(_runnable(lambda_svc._functions[name])),
    })


def _take_image(uri: str) -> None:
    image = supervisor.call("function-image", {"image": uri})
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        for file in sorted(pathlib.Path(image["directory"]).rglob("*")):
            files.write(file, file.relative_to(image["directory"]))
    _images[uri] = {**image, "archive": archive.getvalue()}


def _runnable(function: Properties) -> Properties:
    """A function as the emulator runs it here: one of an image as if the image's folder had been its archive."""
    config = function["config"]
    image = _images.get(config.get("ImageUri", ""))
    if image is None:
        return function
    command = ((config.get("ImageConfigResponse") or {}).get("ImageConfig") or {}).get("Command") or image["command"]
    variables = {**image["environment"], **(config.get("Environment") or {}).get("Variables", {})}
    runnable = {**config, "Runtime": _RUNTIME_OF_IMAGES, "Handler": command[0], "Environment": {"Variables": variables}}
    return {**function, "config": runnable, "code_zip": image["archive"]}


def _install_images() -> None:
    run = lambda_svc._execute_function_docker

    def run_folder(function: Properties, event: Properties, request_id: str) -> Properties:
        if function["config"].get("ImageUri") in _images:
            return lambda_svc._execute_function_warm(_runnable(function), event, request_id)
        return run(function, event, request_id)

    lambda_svc._execute_function_docker = run_folder


def _install_template_type() -> None:
    handlers = handlers_of("AWS::Lambda::Function")
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def create_checked(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        name, attributes = create(logical_id, properties, stack)
        try:
            _complete(name, properties)
            _check(name, properties)
        except Exception:
            # a stack does not know what failed to be made, so nobody else would delete it
            delete_and_forget(name, properties)
            raise
        return name, attributes

    def update_checked(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str | None = None) -> tuple[str, Properties]:
        name, attributes = update(physical_id, old, new, stack, logical_id)
        try:
            _complete(name, new)
            _check(name, new)
        except Exception:
            update(name, new, old, stack, logical_id)
            _complete(name, old)
            raise
        return name, attributes

    def delete_and_forget(name: str, properties: Properties) -> None:
        supervisor.call("function-delete", {"name": name})
        lambda_svc.invalidate_worker(name)
        delete(name, properties)

    handlers.update(create=create_checked, update=update_checked, delete=delete_and_forget)


def _install_start() -> None:
    spawn = lambda_runtime.Worker._spawn

    def spawn_prepared(worker: lambda_runtime.Worker) -> None:
        declared = worker.config
        variables = (declared.get("Environment") or {}).get("Variables") or {}
        requirements = _requirements_of({"config": declared, "code_zip": worker.code_zip})
        started = supervisor.call("function-start", {"name": declared["FunctionName"], "variables": variables, "requirements": requirements})
        worker.config = {**declared, "Environment": {"Variables": started["variables"]}, "Packages": started.get("packages", "")}
        try:
            spawn(worker)
        finally:
            worker.config = declared

    lambda_runtime.Worker._spawn = spawn_prepared


def _variables_of_role(config: Properties) -> dict[str, str]:
    """What a function starts with besides its own variables: credentials of its role, and where its packages are."""
    name = config["FunctionName"]
    credentials = task_roles.issue({"roleArn": config["Role"], "session": name}, _SERVICE)
    if "reason" in credentials:
        raise RuntimeError(f"The role defined for the function cannot be assumed by Lambda: {credentials['reason']}")
    _function_of_key[credentials["accessKeyId"]] = name
    packages = config.get("Packages", "")
    return {
        "AWS_ACCESS_KEY_ID": credentials["accessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["secretAccessKey"],
        "AWS_SESSION_TOKEN": credentials["sessionToken"],
        "PYTHONPATH": os.pathsep.join(filter(None, (_FUNCTION_PATH, packages))),
        "SANDBOX_PACKAGES": packages,
        "NODE_OPTIONS": " ".join(filter(None, (_PUBLIC_NAMES, ((config.get("Environment") or {}).get("Variables") or {}).get("NODE_OPTIONS")))),
    }


def _localize_answers(service: str) -> None:
    """Databases that a secret or a parameter names are found at the gates of the function that reads it."""
    handle = app.SERVICE_HANDLERS[service]

    async def handle_localized(method, path, headers, body, query):
        answer = await handle(method, path, headers, body, query)
        status, answer_headers, content = answer
        name = _function_of_key.get(extract_access_key_id(headers, {}) or "")
        if name is None or status != 200 or headers.get("x-amz-target", "").split(".")[-1] not in _READS[service]:
            return answer
        text = content.decode() if isinstance(content, bytes) else content
        localized = await asyncio.to_thread(supervisor.call, "function-text", {"name": name, "text": text})
        return status, answer_headers, json.dumps(json.loads(localized["text"])).encode()

    app.SERVICE_HANDLERS[service] = handle_localized


def install() -> None:
    _install_template_type()
    _install_start()
    _install_images()
    lambda_runtime.execution_credentials = lambda_svc.execution_credentials = _variables_of_role
    for service in _READS:
        _localize_answers(service)
