"""WebSocket routes that answer: the type that says so, and silence of those that do not."""

import ministack.services.apigateway as apigateway
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


def _answer_where_a_route_says_so() -> None:
    """The emulator sends back whatever a function returns.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
    """
    invoke = apigateway._invoke_ws_lambda

    async def answer(api_id, account, region, route, stage, connection, event_type, *further, **named):
        result = await invoke(api_id, account, region, route, stage, connection, event_type, *further, **named)
        answers = (apigateway._route_responses.get(api_id) or {}).get(route["routeId"])
        return result if event_type != "MESSAGE" or answers else None

    apigateway._invoke_ws_lambda = answer


def install() -> None:
    register("AWS::ApiGatewayV2::RouteResponse", _create_response, forgiving(_delete_response))
    register("AWS::ApiGatewayV2::Deployment", _create_deployment, forgiving(_delete_deployment))
    _answer_where_a_route_says_so()
