"""What a backup plan backs up: recorded, no backup is ever taken."""

from registry import Properties, api, forgiving, register


def _create_selection(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    plan = properties["BackupPlanId"]
    selection = api("backup").create_backup_selection(BackupPlanId=plan, BackupSelection=_selection(properties["BackupSelection"]))
    return f"{selection['SelectionId']}_{plan}", {"Id": selection["SelectionId"], "SelectionId": selection["SelectionId"], "BackupPlanId": plan}


def _selection(wanted: Properties) -> Properties:
    return {name: value for name, value in wanted.items() if name in ("SelectionName", "IamRoleArn", "Resources", "NotResources", "ListOfTags")}


def _delete_selection(physical_id: str, _properties: Properties) -> None:
    selection, plan = physical_id.split("_", 1)
    api("backup").delete_backup_selection(BackupPlanId=plan, SelectionId=selection)


def install() -> None:
    register("AWS::Backup::BackupSelection", _create_selection, forgiving(_delete_selection))
