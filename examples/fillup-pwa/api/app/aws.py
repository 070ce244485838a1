"""Clients of AWS, by botocore alone: boto3 around it takes longer to start, and has nothing that is used here."""

from botocore.session import get_session

create_client = get_session().create_client
