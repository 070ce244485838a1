"""What gateways ask before they call a function and before they answer: its permission, and the response of a WebSocket's route."""

import fnmatch

import ministack.services.apigateway as apigateway
import ministack.services.apigateway_v1 as apigateway_v1
import ministack.services.lambda_svc as lambda_svc
import runs
from ministack.core.responses import get_account_id, get_region
from registry import Properties, api, forgiving, picked, register


def _route(properties: Properties) -> Properties:
    """A route, whose reference the emulator begins with the API's id."""
    return {"ApiId": properties["ApiId"], "RouteId": properties["RouteId"].split("/")[-1]}


def _create_response(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    further = picked(properties, "ModelSelectionExpression", "ResponseModels", "ResponseParameters")
    response = api("apigatewayv2").create_route_response(**_route(properties), RouteResponseKey=properties["RouteResponseKey"], **further)
    return response["RouteResponseId"], {"RouteResponseId": response["RouteResponseId"]}


def _delete_response(physical_id: str, properties: Properties) -> None:
    api("apigatewayv2").delete_route_response(**_route(properties), RouteResponseId=physical_id)


def _create_deployment(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    deployment = api("apigatewayv2").create_deployment(ApiId=properties["ApiId"], **picked(properties, "Description"))
    return deployment["DeploymentId"], {"DeploymentId": deployment["DeploymentId"]}


def _delete_deployment(physical_id: str, properties: Properties) -> None:
    api("apigatewayv2").delete_deployment(ApiId=properties["ApiId"], DeploymentId=physical_id)


def _is_permitted(integration: Properties, uri: str, source: str) -> bool:
    """Whether the function's policy lets the gateway call it for a route; a role of the integration needs no such policy."""
    function_arn = apigateway._extract_lambda_ref_from_integration_uri(uri)
    name, qualifier = lambda_svc._resolve_name_and_qualifier(function_arn)
    function = lambda_svc._functions.get(name)
    if function is None or integration.get("credentials") or integration.get("credentialsArn"):
        return True
    source_arn = f"arn:aws:execute-api:{get_region()}:{get_account_id()}:{source}"
    resource = lambda_svc._policy_resource_arn(name, qualifier)
    for statement in function["policy"]["Statement"]:
        principal, pattern = statement["Principal"], statement.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn", "*")
        named = principal == "*" or principal.get("Service") == "apigateway.amazonaws.com"
        if named and statement["Resource"] == resource and fnmatch.fnmatchcase(source_arn, pattern):
            return True
    print(f"sandbox: Invalid permissions on Lambda function: no AWS::Lambda::Permission lets {source_arn} invoke {resource}", flush=True)
    return False


def _call_where_permitted() -> None:
    invoke = apigateway_v1._invoke_lambda_proxy_v1

    async def invoke_permitted(integration, api_id, stage_name, stage, resource, request_path, method, *further, **named):
        if not _is_permitted(integration, integration.get("uri", ""), f"{api_id}/{stage_name}/{method}{resource['path']}"):
            return apigateway_v1._gw_error("API_CONFIGURATION_ERROR", "Internal server error")
        return await invoke(integration, api_id, stage_name, stage, resource, request_path, method, *further, **named)

    apigateway_v1._invoke_lambda_proxy_v1 = invoke_permitted


def _answer_where_a_route_says_so() -> None:
    """The emulator sends back whatever a function returns.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
    """
    invoke = apigateway._invoke_ws_lambda

    async def answer(api_id, account, region, route, stage, connection, event_type, *further, **named):
        failed = {"statusCode": 500, "body": {"message": "Internal server error", "connectionId": connection}}
        integration = (apigateway._integrations.get(api_id) or {}).get(route.get("target", "").split("/")[-1], {})
        if not _is_permitted(integration, integration.get("integrationUri", ""), f"{api_id}/{stage}/{route['routeKey']}"):
            return failed
        result = await invoke(api_id, account, region, route, stage, connection, event_type, *further, **named)
        if runs.is_throttled(result):
            return failed
        answers = (apigateway._route_responses.get(api_id) or {}).get(route["routeId"])
        return result if event_type != "MESSAGE" or answers else None

    apigateway._invoke_ws_lambda = answer


def install() -> None:
    register("AWS::ApiGatewayV2::RouteResponse", _create_response, forgiving(_delete_response))
    register("AWS::ApiGatewayV2::Deployment", _create_deployment, forgiving(_delete_deployment))
    _call_where_permitted()
    _answer_where_a_route_says_so()
