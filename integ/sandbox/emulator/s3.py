"""Properties of buckets that the emulator's CloudFormation drops: tags, encryption, lifecycle, access logging, ownership. What a missing object is called, and what is not deleted."""

import uuid

import ministack.core.iam_evaluator as iam_evaluator
import ministack.services.s3 as s3
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


def _say_what_is_missing() -> None:
    """To who may list a bucket, as its distribution may where the policy says so, an object that is not there is missing, and not forbidden.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    serve = s3.serve_cloudfront_origin_fetch

    def serve_or_miss(bucket: str, key: str, method: str, headers: Properties, source_arn: str = "", oai_id: str = "") -> tuple:
        answer = serve(bucket, key, method, headers, source_arn=source_arn, oai_id=oai_id)
        policy = s3._bucket_policies.get(bucket)
        if answer[0] != 403 or not policy or key in s3._buckets[bucket]["objects"]:
            return answer
        listing = iam_evaluator.EvalContext(
            principal_arn="*", principal_type="Service", principal_account="", action="s3:ListBucket", resource_arn=f"arn:aws:s3:::{bucket}",
            region=get_region(), service_context={"aws:sourcearn": source_arn},
        )
        if iam_evaluator.evaluate_resource_policy(policy, listing, service="cloudfront.amazonaws.com").decision != "Allow":
            return answer
        return s3._error("NoSuchKey", "The specified key does not exist.", 404, f"/{bucket}/{key}")

    s3.serve_cloudfront_origin_fetch = serve_or_miss


def _is_empty(bucket: str) -> bool:
    """Whether nothing is in it: no object, no older version of one, no mark that one was deleted."""
    kept = s3._buckets.get(bucket)
    return not kept or not (kept["objects"] or s3._bucket_has_versions(bucket))


def install() -> None:
    _say_what_is_missing()
    handlers = handlers_of("AWS::S3::Bucket")
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def create_completely(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        bucket, attributes = create(logical_id, properties, stack)
        _complete(bucket, properties)
        return bucket, attributes

    def update_completely(physical_id: str, old: Properties, new: Properties, *further: str) -> tuple[str, Properties]:
        bucket, attributes = update(physical_id, old, new, *further)
        _complete(bucket, new)
        return bucket, attributes

    def delete_if_empty(physical_id: str, properties: Properties) -> None:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html"""
        if not _is_empty(physical_id):
            raise RuntimeError("The bucket you tried to delete is not empty (Service: S3, Status Code: 409)")
        delete(physical_id, properties)

    handlers.update(create=create_completely, update=update_completely, delete=delete_if_empty)

    # the emulator speaks plain HTTP: policies that demand TLS would refuse everybody
    resolve = iam_evaluator._resolve_condition_key
    iam_evaluator._resolve_condition_key = lambda key, context: "true" if key.lower() == "aws:securetransport" else resolve(key, context)
