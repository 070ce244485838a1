"""What stands before an application on AWS, as it is called there: gateways by their own names, distributions that lead to them.

The emulator refuses origins under `amazonaws.com`, and knows no WebSocket behind a distribution.
"""

import re
import urllib.parse

import ministack.app as app
import ministack.services.apigateway as apigateway
import ministack.services.apigateway_v1 as apigateway_v1
import ministack.services.cloudfront as cloudfront
from ministack.core.responses import get_region
from registry import Properties

_FORBIDDEN = (403, "Forbidden", {"content-type": "application/json", "x-amzn-errortype": "ForbiddenException"}, b'{"message":"Forbidden"}')
_HANDSHAKE = re.compile(r"^(connection|upgrade|sec-websocket-)")


def _is_gateway(host: str) -> bool:
    return app._EXECUTE_API_RE.match(host) is not None and host.endswith(".amazonaws.com")


def _know_gateways_by_name() -> None:
    """`<id>.execute-api.<region>.amazonaws.com`, beside the name that the emulator gives them."""
    known = app._EXECUTE_API_RE.pattern
    name = known.replace(re.escape(app._MINISTACK_HOST), rf"(?:{re.escape(app._MINISTACK_HOST)}|[a-z0-9-]+\.amazonaws\.com)")
    if name == known:
        raise RuntimeError("the emulator names its gateways otherwise by now")
    app._EXECUTE_API_RE = re.compile(name)

    context_of = apigateway._ws_request_context

    def context(api_id: str, *further: object) -> Properties:
        return {**context_of(api_id, *further), "domainName": f"{api_id}.execute-api.{get_region()}.amazonaws.com"}

    apigateway._ws_request_context = context


def _lead_to_gateways() -> None:
    fetch = cloudfront._fetch_from_origin

    async def fetch_from_gateway(origin, method, uri, query, headers, body, https, client_ip, forwarded_for, distribution):
        host = origin["domain_name"]
        if not _is_gateway(host):
            return await fetch(origin, method, uri, query, headers, body, https, client_ip, forwarded_for, distribution)
        onward = {name.lower(): value for name, value in cloudfront._origin_request_headers(origin, headers, client_ip, forwarded_for).items()}
        # like a gateway that is called by a name that is not its own, as when a policy forwards the viewer's
        if onward["host"] != host:
            return _FORBIDDEN
        path = (origin.get("origin_path") or "") + uri
        status, answer, content = await app._handle_execute_api_request(
            host, urllib.parse.unquote(path), method, onward, body or b"", urllib.parse.parse_qs(query, keep_blank_values=True),
            raw_path=path, raw_query_string=query,
        )
        pairs = [(name, value) for name, values in answer.items() for value in (values if isinstance(values, list) else [values])]
        return status, "", cloudfront._multidict_from_pairs(pairs), content

    cloudfront._fetch_from_origin = fetch_from_gateway


async def _connection(distribution: Properties, scope: Properties) -> Properties | None:
    """A viewer's WebSocket connection as the origin gets it; nothing when it does not get there."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    uri, query = scope.get("raw_path", scope["path"].encode()).decode(), scope.get("query_string", b"").decode()
    parsed = cloudfront.parse_distribution_dataplane_config(distribution)
    behavior = cloudfront._match_behavior(parsed, uri)
    parameters = urllib.parse.parse_qs(query, keep_blank_values=True)
    function = behavior["functions"].get("viewer-request")
    if function:
        event = cloudfront._build_function_event(
            "viewer-request", distribution["Id"], distribution["DomainName"], "websocket", "GET", uri, parameters, headers, "127.0.0.1"
        )
        request = await cloudfront._run_function(function, event)
        if not isinstance(request, dict) or "statusCode" in request:
            return None
        uri = request.get("uri", uri)
    origin = parsed["origins"][behavior["target_origin_id"]]
    header_allowed, _, parameter_allowed = cloudfront._forwarding_predicates(behavior)
    # a gateway refuses the name of the distribution
    if not _is_gateway(origin["domain_name"]) or header_allowed("host"):
        return None
    forwarded = {name: value for name, value in headers.items() if _HANDSHAKE.match(name) or header_allowed(name)}
    path = (origin.get("origin_path") or "") + uri
    return {
        **scope,
        "path": urllib.parse.unquote(path),
        "raw_path": path.encode(),
        "query_string": urllib.parse.urlencode(
            [(name, value) for name, values in parameters.items() if parameter_allowed(name) for value in values]
        ).encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in {**forwarded, "host": origin["domain_name"]}.items()],
    }


def _connect_through_distributions() -> None:
    serve = app.app

    async def serve_connections(scope, receive, send):
        if scope["type"] == "websocket":
            host = next((value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"), "")
            label = app._parse_cloudfront_dataplane_host(host)
            distribution = cloudfront.find_distribution_for_label(label) if label else None
            if distribution:
                scope = await _connection(distribution, scope)
                if scope is None:
                    await receive()
                    await send({"type": "websocket.close", "code": 1008})
                    return
        await serve(scope, receive, send)

    app.app = serve_connections


def list_endpoints(_wanted: Properties) -> Properties:
    """The public names at which something answers, and where doors lead."""
    suffix = f"execute-api.{get_region()}.amazonaws.com"
    endpoints = [
        {"kind": "Distribution", "id": dist["Id"], "name": dist["Id"], "host": dist["DomainName"], "path": ""} for dist in cloudfront._distributions.values()
    ]
    for api_id, api in apigateway_v1._rest_apis.items():
        if "PRIVATE" in (api.get("endpointConfiguration") or {}).get("types", []):
            continue
        for stage in apigateway_v1._stages_v1.get(api_id) or {}:
            endpoints.append({"kind": "RestApi", "id": f"{api_id}/{stage}", "name": api["name"], "host": f"{api_id}.{suffix}", "path": f"/{stage}"})
    for api_id, api in apigateway._apis.items():
        for stage in apigateway._stages.get(api_id) or {}:
            kind = "WebSocketApi" if api["protocolType"] == "WEBSOCKET" else "HttpApi"
            path = "" if stage == "$default" else f"/{stage}"
            endpoints.append({"kind": kind, "id": f"{api_id}/{stage}", "name": api["name"], "host": f"{api_id}.{suffix}", "path": path})
    return {"endpoints": endpoints}


def install() -> None:
    _know_gateways_by_name()
    _lead_to_gateways()
    _connect_through_distributions()
