"""Properties of buckets that the emulator's CloudFormation drops: tags, encryption, lifecycle, access logging, ownership."""

import uuid

import ministack.core.iam_evaluator as iam_evaluator
from ministack.core.responses import get_account_id, get_region
from registry import Properties, api, handlers_of


def _encryption(rule: Properties) -> Properties:
    by_default = rule["ServerSideEncryptionByDefault"]
    managed_key = f"arn:aws:kms:{get_region()}:{get_account_id()}:alias/aws/s3"
    key = {"KMSMasterKeyID": managed_key} if by_default["SSEAlgorithm"] == "aws:kms" else {}
    return {"ApplyServerSideEncryptionByDefault": {**key, **by_default}}


def _lifecycle(rule: Properties) -> Properties:
    rendered: Properties = {"ID": rule.get("Id", uuid.uuid4().hex[:8]), "Status": rule["Status"], "Filter": {"Prefix": rule.get("Prefix", "")}}
    if rule.get("ExpirationInDays"):
        rendered["Expiration"] = {"Days": int(rule["ExpirationInDays"])}
    if rule.get("NoncurrentVersionExpiration"):
        rendered["NoncurrentVersionExpiration"] = {"NoncurrentDays": int(rule["NoncurrentVersionExpiration"]["NoncurrentDays"])}
    if rule.get("AbortIncompleteMultipartUpload"):
        rendered["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": int(rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"])}
    if rule.get("Transitions"):
        rendered["Transitions"] = [{"Days": int(step["TransitionInDays"]), "StorageClass": step["StorageClass"]} for step in rule["Transitions"]]
    return rendered


def _complete(bucket: str, properties: Properties) -> None:
    client = api("s3")
    if properties.get("Tags"):
        client.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": properties["Tags"]})
    if properties.get("BucketEncryption"):
        rules = [_encryption(rule) for rule in properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]]
        client.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})
    if properties.get("LifecycleConfiguration"):
        rules = [_lifecycle(rule) for rule in properties["LifecycleConfiguration"]["Rules"]]
        client.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})
    if properties.get("LoggingConfiguration"):
        logging = properties["LoggingConfiguration"]
        target = {"TargetBucket": logging.get("DestinationBucketName", bucket), "TargetPrefix": logging.get("LogFilePrefix", "")}
        client.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": target})
    if properties.get("OwnershipControls"):
        client.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=properties["OwnershipControls"])


def install() -> None:
    handlers = handlers_of("AWS::S3::Bucket")
    create, update = handlers["create"], handlers["update"]

    def create_completely(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        bucket, attributes = create(logical_id, properties, stack)
        _complete(bucket, properties)
        return bucket, attributes

    def update_completely(physical_id: str, old: Properties, new: Properties, *further: str) -> tuple[str, Properties]:
        bucket, attributes = update(physical_id, old, new, *further)
        _complete(bucket, new)
        return bucket, attributes

    handlers.update(create=create_completely, update=update_completely)

    # the emulator speaks plain HTTP: policies that demand TLS would refuse everybody
    resolve = iam_evaluator._resolve_condition_key
    iam_evaluator._resolve_condition_key = lambda key, context: "true" if key.lower() == "aws:securetransport" else resolve(key, context)
