"""Identity providers whose tokens take roles, such as GitHub's: recorded, one an account and URL as on AWS."""

from registry import Properties, api, forgiving, register


def _create_provider(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    provider = api("iam").create_open_id_connect_provider(
        Url=properties["Url"], ClientIDList=properties.get("ClientIdList", []), ThumbprintList=properties.get("ThumbprintList", [])
    )
    return provider["OpenIDConnectProviderArn"], {"Arn": provider["OpenIDConnectProviderArn"]}


def _delete_provider(physical_id: str, _properties: Properties) -> None:
    api("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=physical_id)


def install() -> None:
    register("AWS::IAM::OIDCProvider", _create_provider, forgiving(_delete_provider))
