"""Starts the emulator with the CloudFormation types that it lacks, and with services and databases that really run."""

import importlib
import importlib.metadata

EMULATOR_VERSION = "1.5.33"


def main() -> None:
    installed = importlib.metadata.version("ministack")
    if installed != EMULATOR_VERSION:
        raise SystemExit(f"the launcher is written for ministack {EMULATOR_VERSION} and relies on its private names, found {installed}")
    for module in (
        "ec2", "ecs", "rds", "rds_proxy", "secretsmanager", "scaling", "cloudwatch", "s3", "waf", "weights", "backup", "ecr", "oidc",
        "state", "ordering", "paths", "task_roles", "functions", "runs", "edge",
        "apis", "governance", "codedeploy", "observed",
    ):
        importlib.import_module(module).install()

    import ministack.app

    ministack.app.main()


if __name__ == "__main__":
    main()
