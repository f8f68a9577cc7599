"""What boto3 and the AWS CLI really print: each exception of the Lambda API, and what goes wrong before an answer."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from loopback import Stub, listening

from lambda_doctor import diagnose

boto3 = pytest.importorskip("boto3")
pytestmark = pytest.mark.filterwarnings("default")  # boto3 warns of Pythons that it leaves behind

EFS = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0a1b2c3d4e5f60718"
KMS = "Please check the function's KMS key settings."
VPC = "Lambda was not able to set up VPC access for the Lambda function because"


class Refusal(NamedTuple):
    """An exception of the Lambda API as the service words it, and the diagnosis that it must get."""

    operation: str
    status: int
    code: str
    message: str
    diagnosis: str


REFUSALS = [
    Refusal("create_alias", 400, "AliasLimitExceededException", "The alias limit of 10000 for the function has been exceeded.", "quota.alias-limit"),
    Refusal("invoke", 409, "CodeArtifactUserDeletedException", "The code artifact for the function was deleted.", "images.code-artifact-user"),
    Refusal("invoke", 409, "CodeArtifactUserFailedException", "The copy of the container image failed.", "images.code-artifact-user"),
    Refusal("invoke", 409, "CodeArtifactUserPendingException", "The function's code artifact is being optimized.", "images.code-artifact-user"),
    Refusal("update_function_code", 404, "CodeSigningConfigNotFoundException", "The code signing configuration cannot be found. Check that the provided configuration is not deleted.", "deployment.code-signing-config-not-found"),
    Refusal("update_function_code", 400, "CodeStorageExceededException", "Code storage limit exceeded.", "deployment.code-storage-exceeded"),
    Refusal("update_function_code", 400, "CodeVerificationFailedException", "The code signature failed one or more of the validation checks for signature mismatch or expiry.", "deployment.code-signing-failed"),
    Refusal("invoke", 502, "EC2AccessDeniedException", "Lambda does not have permission to access the VPC.", "networking.vpc-permissions-missing"),
    Refusal("invoke", 502, "EC2ThrottledException", f"{VPC} EC2 throttled the request: Request limit exceeded.", "networking.ec2-throttled"),
    Refusal("invoke", 502, "EC2UnexpectedException", "Lambda received an unexpected Amazon EC2 client exception.", "networking.ec2-unexpected"),
    Refusal("invoke", 410, "EFSIOException", "The function could not complete an input/output operation.", "networking.efs-io"),
    Refusal("invoke", 408, "EFSMountConnectivityException", f"The function couldn't connect to the Amazon EFS file system with access point {EFS}.", "networking.efs-connectivity"),
    Refusal("invoke", 403, "EFSMountFailureException", f"The function could not mount the EFS file system with access point {EFS} due to permission denied.", "networking.efs-mount-failure"),
    Refusal("invoke", 408, "EFSMountTimeoutException", f"The function could not mount the EFS file system with access point {EFS} due to mount time out.", "networking.efs-mount-timeout"),
    Refusal("invoke", 502, "ENILimitReachedException", "The elastic network interface limit was reached for the function's VPC.", "networking.eni-limit"),
    Refusal("update_function_code", 400, "InvalidCodeSignatureException", "The code signature failed the integrity check.", "deployment.code-signing-failed"),
    Refusal("update_function_code", 400, "InvalidParameterValueException", "Error occurred while GetObject. S3 Error Code: AuthorizationHeaderMalformed. S3 Error Message: The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-east-1'", "deployment.s3-wrong-region"),
    Refusal("invoke", 400, "InvalidRequestContentException", "Could not parse request body into json: Unrecognized token 'hello'", "invocation.invalid-json"),
    Refusal("invoke", 502, "InvalidRuntimeException", "The runtime or runtime version specified is not supported.", "configuration.runtime-invalid"),
    Refusal("invoke", 502, "InvalidSecurityGroupIDException", "The security group ID provided in the VPC configuration is not valid.", "networking.invalid-security-group"),
    Refusal("invoke", 502, "InvalidSubnetIDException", "The subnet ID 'subnet-0a1b2c3d' does not exist", "networking.invalid-subnet"),
    Refusal("invoke", 502, "InvalidZipFileException", "Lambda could not unzip the deployment package.", "deployment.invalid-zip"),
    Refusal("invoke", 502, "KMSAccessDeniedException", f"Lambda was unable to decrypt the environment variables because KMS access was denied. {KMS} KMS Exception: AccessDeniedException KMS Message: User: arn:aws:sts::123456789012:assumed-role/orders/orders is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:123456789012:key/1a2b3c4d-1111-4222-8333-444455556666", "invocation.kms-access-denied"),
    Refusal("invoke", 502, "KMSDisabledException", f"Lambda was unable to decrypt the environment variables because the KMS key used is disabled. {KMS}", "invocation.kms-key-disabled"),
    Refusal("invoke", 502, "KMSInvalidStateException", f"Lambda was unable to decrypt the environment variables because the state of the KMS key used is not valid for Decrypt. {KMS}", "invocation.kms-key-invalid-state"),
    Refusal("invoke", 502, "KMSNotFoundException", f"Lambda was unable to decrypt the environment variables because the KMS key was not found. {KMS}", "invocation.kms-key-not-found"),
    Refusal("add_permission", 400, "PolicyLengthExceededException", "The final policy size (20584) is bigger than the limit (20480).", "permissions.policy-too-large"),
    Refusal("update_function_code", 412, "PreconditionFailedException", "The RevisionId provided does not match the latest RevisionId.", "deployment.revision-mismatch"),
    Refusal("get_provisioned_concurrency_config", 404, "ProvisionedConcurrencyConfigNotFoundException", "No Provisioned Concurrency Config found for this function", "quota.provisioned-concurrency-target"),
    Refusal("invoke", 400, "RecursiveInvocationException", "Lambda has detected that your function is being invoked in a recursive loop and stopped it.", "invocation.recursive-loop"),
    Refusal("invoke", 413, "RequestTooLargeException", "Request must be smaller than 6291456 bytes for the InvokeFunction operation", "invocation.payload-too-large"),
    Refusal("update_function_code", 409, "ResourceConflictException", "The operation cannot be performed at this time. The function is currently in the following state: Pending", "deployment.function-pending"),
    Refusal("delete_event_source_mapping", 400, "ResourceInUseException", "Cannot delete the event source mapping because it is in use.", "events.mapping-in-use"),
    Refusal("invoke", 404, "ResourceNotFoundException", "Function not found: arn:aws:lambda:eu-west-1:123456789012:function:orders", "deployment.function-not-found"),
    Refusal("invoke", 502, "ResourceNotReadyException", "The function is inactive and its VPC connection is no longer available.", "invocation.function-inactive"),
    Refusal("invoke", 500, "ServiceException", "An error occurred and the request cannot be processed.", "invocation.service-error"),
    Refusal("invoke", 400, "SnapStartException", "Encountered afterRestore runtime hook error.", "invocation.snapstart-error"),
    Refusal("invoke", 409, "SnapStartNotReadyException", "Lambda is initializing your function.", "invocation.snapstart-not-ready"),
    Refusal("invoke", 408, "SnapStartTimeoutException", "Lambda couldn't restore the snapshot within the timeout limit.", "invocation.snapstart-timeout"),
    Refusal("invoke", 502, "SubnetIPAddressLimitReachedException", f"{VPC} one or more configured subnets has no available IP addresses.", "networking.subnet-ip-exhausted"),
    Refusal("invoke", 429, "TooManyRequestsException", "Rate Exceeded.", "invocation.throttled"),
    Refusal("get_function", 429, "TooManyRequestsException", "Rate exceeded", "quota.api-throttled"),
    Refusal("invoke", 415, "UnsupportedMediaTypeException", "The content type of the Invoke request body is not JSON.", "invocation.unsupported-media-type"),
    # Those that newer releases of the API have added.
    Refusal("invoke", 409, "DurableExecutionAlreadyStartedException", "A durable execution of this name is already running.", "invocation.durable-execution-conflict"),
    Refusal("invoke", 502, "ENINotReadyException", "Lambda is still creating network interfaces for your function.", "networking.eni-not-ready"),
    Refusal("invoke", 400, "ModeNotSupportedException", "The function does not support this invocation mode.", "invocation.mode-not-supported"),
    Refusal("invoke", 400, "NoPublishedVersionException", "The function has no published versions available.", "deployment.no-published-version"),
    Refusal("add_permission", 400, "PublicPolicyException", "Lambda prevented your policy from being created because it would also grant public access.", "permissions.public-policy-blocked"),
    Refusal("invoke", 408, "S3FilesMountConnectivityException", "The function couldn't connect to the Amazon S3 Files access point.", "networking.s3files-mount"),
    Refusal("invoke", 403, "S3FilesMountFailureException", "The function couldn't mount the Amazon S3 Files access point.", "networking.s3files-mount"),
    Refusal("invoke", 408, "S3FilesMountTimeoutException", "The mount of the Amazon S3 Files access point timed out.", "networking.s3files-mount"),
    Refusal("invoke", 413, "SerializedRequestEntityTooLargeException", "The request payload exceeded the maximum size.", "invocation.payload-too-large"),
    Refusal("invoke", 409, "SnapStartRegenerationFailureException", "Lambda couldn't regenerate the snapshot.", "invocation.snapstart-regeneration-failed"),
    Refusal("create_function", 400, "FunctionVersionsPerCapacityProviderLimitExceededException", "The maximum number of function versions of the capacity provider was exceeded.", "quota.capacity-provider-limit"),
]  # fmt: skip
ARGUMENTS = {
    "create_alias": {"Name": "live", "FunctionVersion": "1"},
    "update_function_code": {"S3Bucket": "artifacts", "S3Key": "orders.zip"},
    "add_permission": {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"},
    "get_provisioned_concurrency_config": {"Qualifier": "live"},
    "create_function": {"Role": "arn:aws:iam::123456789012:role/orders", "Code": {"S3Bucket": "artifacts", "S3Key": "k"}},
}  # fmt: skip


class Answer(Stub):
    """Answers with the refusal whose number the path begins with; with a proxy's page, or not at all, where it says so."""

    def answer(self) -> None:
        what = self.path.split("/")[1]
        if what == "hang-up":
            return
        if what == "page":
            status, kind, body = 403, "text/html", b"<html><body>Blocked by the proxy</body></html>"
        else:
            refusal = REFUSALS[int(what)]
            status, kind, body = refusal.status, refusal.code, json.dumps({"message": refusal.message}).encode()
        self.send(status, "Content-Type" if what == "page" else "x-amzn-ErrorType", kind, body)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with listening(Answer) as address:
        yield address


@pytest.fixture(scope="module")
def session():
    return boto3.Session("AKIDEXAMPLE", "not-a-key", region_name="eu-west-1")


def client(session, url: str):
    from botocore.config import Config

    once = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=5, proxies={})
    return session.client("lambda", endpoint_url=url, config=once)


@pytest.fixture(scope="module")
def clients(session, endpoint: str):
    """One client for all refusals: to make one takes longer than the call."""
    made = client(session, endpoint)
    number = [0]

    def direct(request, **_: object) -> None:
        request.url = request.url.replace(endpoint, f"{endpoint}/{number[0]}", 1)

    made.meta.events.register("before-sign.lambda.*", direct)
    return made, number


@pytest.mark.parametrize("number", range(len(REFUSALS)), ids=[f"{r.code}-{r.operation}" for r in REFUSALS])
def test_each_exception_of_the_api_as_boto3_raises_it(number: int, clients) -> None:
    from botocore.exceptions import ClientError

    made, place = clients
    refusal, place[0] = REFUSALS[number], number
    mapping = refusal.operation.endswith("event_source_mapping")
    arguments = (
        {"UUID": "0f1e2d3c-0000-4000-8000-000000000000"}
        if mapping
        else {"FunctionName": "orders", **ARGUMENTS.get(refusal.operation, {})}
    )
    with pytest.raises(ClientError, match=re.escape(refusal.message)) as raised:
        getattr(made, refusal.operation)(**arguments)
    assert diagnose(str(raised.value)).best.id == refusal.diagnosis
    assert diagnose(raised.value).best.id == refusal.diagnosis


def test_what_boto3_raises_itself(session, endpoint: str) -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    def told(call) -> str:
        with pytest.raises((BotoCoreError, ClientError, TypeError, ValueError, AttributeError)) as raised:
            call()
        return diagnose(f"Traceback (most recent call last):\n  File \"botocore/client.py\"\nbotocore.exceptions.{raised.typename}: {raised.value}").best.id  # fmt: skip

    assert told(lambda: client(session, "http://127.0.0.1:9").list_functions()) == "cli.endpoint-unreachable"
    assert told(lambda: client(session, f"{endpoint}/hang-up").list_functions()) == "cli.connection-closed"
    assert told(lambda: client(session, f"{endpoint}/page").list_functions()) == "cli.response-unparseable"
    assert told(lambda: client(session, endpoint).invoke(FunctionName=1)) == "cli.parameter-invalid"
    assert told(lambda: client(session, endpoint).invoke()) == "cli.parameter-invalid"
    assert told(lambda: client(session, endpoint).get_waiter("function_ready")) == "cli.client-outdated"
    assert told(lambda: session.client("lamda")) == "cli.client-outdated"


class Wrong(NamedTuple):
    """A call of the AWS CLI that does not get as far as Lambda, with changes to the environment."""

    arguments: str
    diagnosis: str
    environment: dict[str, str] = {}


REFUSED = "--endpoint-url http://127.0.0.1:9"
NOBODY = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
WRONG = [
    Wrong(f"lambda list-functions {REFUSED}", "cli.endpoint-unreachable"),
    Wrong(f"lambda list-functions {REFUSED}", "credentials.not-found", NOBODY),
    Wrong(f"lambda list-functions {REFUSED}", "credentials.incomplete", {"AWS_SECRET_ACCESS_KEY": ""}),
    Wrong("lambda list-functions", "cli.region-missing", {"AWS_DEFAULT_REGION": ""}),
    Wrong("lambda list-functions --profile no-such-profile", "credentials.profile-not-found"),
    Wrong(f"lambda update-function-configuration --function-name orders --environment Vars={{A=1}} {REFUSED}", "cli.parameter-invalid"),
    Wrong("lambda invoke --function-name orders --foo bar out.json", "cli.unknown-option"),
    Wrong("lambda invoke --function-name orders --payload file://no-such.json out.json", "cli.zip-file-prefix"),
    Wrong("s3 cp no-such.zip s3://artifacts/orders.zip", "cli.zip-file-prefix"),
    Wrong("cloudformation deploy --stack-name orders --template-file no-such.yaml", "sam.template-not-found"),
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=[f"{wrong.arguments.split()[1]}-{wrong.diagnosis}" for wrong in WRONG])
def test_what_the_aws_cli_says_before_there_is_an_answer(wrong: Wrong, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "not-a-key",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
    }
    environment = {name: value for name, value in (environment | wrong.environment).items() if value}
    done = subprocess.run(
        [sys.executable, "-m", "awscli", *wrong.arguments.split()], env=environment, cwd=tmp_path, capture_output=True,
        text=True, encoding="utf-8", stdin=subprocess.DEVNULL, timeout=60,
    )  # fmt: skip
    assert done.returncode
    assert diagnose(done.stderr).best.id == wrong.diagnosis
