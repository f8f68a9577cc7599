"""The observation: what a text shows besides its error, in the forms in which tools print it."""

from __future__ import annotations

import pytest

from lambda_doctor import Context, diagnose
from lambda_doctor.catalog import Catalog

ID = "0f1e2d3c-0000-4000-8000-000000000000"

FORMS = {
    "AWS CLI": (
        "An error occurred (ResourceConflictException) when calling the UpdateFunctionCode operation: jammed",
        {"tool": "aws-cli", "operation": "UpdateFunctionCode", "error_code": "ResourceConflictException"},
    ),
    "AWS CLI 2.34": (
        "aws: [ERROR]: An error occurred (NoSuchKey) when calling the GetObject operation: jammed",
        {"tool": "aws-cli", "operation": "GetObject", "error_code": "NoSuchKey"},
    ),
    "boto3": (
        "botocore.errorfactory.TooManyRequestsException: An error occurred (TooManyRequestsException) when calling the Invoke operation (reached max retries: 4): jammed",
        {"tool": "boto3", "operation": "Invoke", "error_code": "TooManyRequestsException"},
    ),
    "boto3's response": (
        '{"Error": {"Code": "JammedException", "Message": "jammed"}, "ResponseMetadata": {"RequestId": "' + ID + '", "HTTPStatusCode": 404, "HTTPHeaders": {}}}',
        {"tool": "boto3", "error_code": "JammedException", "http_status": 404, "request_id": ID},
    ),
    "SDK for JavaScript v2": (
        "{ JammedException: jammed\n    at Object.extractError (/srv/node_modules/aws-sdk/lib/protocol/json.js:51:27)\n  message: 'jammed',\n  code: 'JammedException',\n  time: 2019-03-01T10:00:00.000Z,\n"
        f"  requestId: '{ID}',\n  statusCode: 409,\n  retryable: false,\n  retryDelay: 60.1 }}",
        {"tool": "sdk-js", "error_code": "JammedException", "http_status": 409, "request_id": ID},
    ),
    "SDK for JavaScript v3": (
        "JammedException: jammed\n    at ProtocolLib.getErrorSchemaOrThrowBaseException (/srv/node_modules/@aws-sdk/core/dist-cjs/submodules/protocols/index.js:69:67) {\n  '$fault': 'client',\n  '$metadata': {\n"
        f"    httpStatusCode: 404,\n    requestId: '{ID}',\n    attempts: 1,\n    totalRetryDelay: 0\n  }},\n  Type: 'User'\n}}",
        {"tool": "sdk-js", "http_status": 404, "request_id": ID},
    ),
    "SDK for Java v1": (
        f"com.amazonaws.services.lambda.model.AWSLambdaException: jammed (Service: AWSLambda; Status Code: 403; Error Code: JammedException; Request ID: {ID}; Proxy: null)",
        {"tool": "sdk-java", "service": "lambda", "http_status": 403, "error_code": "JammedException", "request_id": ID},
    ),
    "SDK for Java v2": (
        f"software.amazon.awssdk.services.s3.model.S3Exception: jammed (Service: S3, Status Code: 403, Request ID: {ID}, Extended Request ID: x) (SDK Attempt Count: 1)",
        {"tool": "sdk-java", "service": "s3", "http_status": 403, "request_id": ID},
    ),
    "SDK for Go v1": (
        f"JammedException: jammed\n\tstatus code: 400, request id: {ID}\n\tgithub.com/aws/aws-sdk-go/service/lambda",
        {"tool": "sdk-go", "http_status": 400, "request_id": ID},
    ),
    "SDK for Go v2": (
        f"operation error Lambda: GetFunction, https response error StatusCode: 404, RequestID: {ID}, ResourceJammedException: jammed",
        {"service": "lambda", "operation": "GetFunction", "http_status": 404, "request_id": ID, "error_code": "ResourceJammedException"},
    ),
    "SDK for .NET": (
        "Amazon.Lambda.Model.JammedException: jammed\n ---> Amazon.Runtime.Internal.HttpErrorResponseException: Exception of type 'Amazon.Runtime.Internal.HttpErrorResponseException' was thrown.",
        {"tool": "sdk-dotnet"},
    ),
    "SDK for Ruby": ("Aws::Lambda::Errors::JammedException (jammed)", {"error_code": "JammedException", "service": "lambda"}),
    "SDK for PHP": (
        'Error executing "UpdateFunctionCode" on "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/orders/code"; AWS HTTP error: Client error: `PUT https://lambda.eu-west-1.amazonaws.com/...` resulted in a `409 Conflict` response:\n'
        '{"Type":"User","message":"jammed"}\n JammedException (client): jammed - {"Type":"User","message":"jammed"}',
        {"operation": "UpdateFunctionCode", "region": "eu-west-1", "error_code": "JammedException", "service": "lambda"},
    ),
    "SDK for Rust": (
        'unhandled error: ServiceError(ServiceError { source: Unhandled(Unhandled { meta: ErrorMetadata { code: Some("JammedException"), message: Some("jammed"), extras: Some({"aws_request_id": "' + ID + '"}) } })',
        {"error_code": "JammedException", "request_id": ID},
    ),
    "Terraform": (
        f"\u2577\n\u2502 Error: creating Lambda Function (orders): operation error Lambda: CreateFunction, https response error StatusCode: 400, RequestID: {ID}, JammedException: jammed\n\u2502 \n\u2502   with aws_lambda_function.orders,\n"
        '\u2502   on main.tf line 12, in resource "aws_lambda_function" "orders":\n\u2575',
        {"tool": "terraform", "operation": "CreateFunction", "error_code": "JammedException", "function_name": "orders", "resource": "aws_lambda_function.orders", "resource_type": "aws_lambda_function"},
    ),
    "Terraform of 2017": (
        '* aws_lambda_function.orders: Error creating Lambda function: JammedException: jammed\n\tstatus code: 400, request id: ' + ID,
        {"tool": "terraform", "http_status": 400, "request_id": ID},
    ),
    "a CloudFormation event": (
        f'Resource handler returned message: "jammed (Service: Lambda, Status Code: 400, Request ID: {ID})" (RequestToken: {ID}, HandlerErrorCode: JammedRequest)',
        {"tool": "cloudformation", "service": "lambda", "http_status": 400, "request_id": ID, "error_code": "JammedRequest"},
    ),
    "SAM's events": (
        "CREATE_FAILED            AWS::Lambda::Function    OrdersFunction           jammed\nError: Failed to create/update the stack: orders, Waiter StackCreateComplete failed",
        {"tool": "sam", "resource": "OrdersFunction", "resource_type": "AWS::Lambda::Function", "stack": "orders"},
    ),
    "CDK's events": (
        "orders | 3/5 | 10:15:30 AM | CREATE_FAILED        | AWS::Lambda::Function | OrdersFunction (OrdersFunctionB2C3D4E5) jammed",
        {"resource": "OrdersFunctionB2C3D4E5", "resource_type": "AWS::Lambda::Function", "stack": "orders"},
    ),
    "CDK": (" \u274c  OrdersStack failed: Error: jammed\n    at node_modules/aws-cdk/lib/index.js:1:2", {"tool": "cdk", "stack": "OrdersStack"}),
    "Serverless Framework 1": (
        "  Serverless Error ---------------------------------------\n\n  An error occurred: OrdersLambdaFunction - jammed.",
        {"tool": "serverless", "resource": "OrdersLambdaFunction"},
    ),
    "Serverless Framework 3": (
        "Error:\nCREATE_FAILED: OrdersLambdaFunction (AWS::Lambda::Function)\njammed\n\nServerless Framework 3.38",
        {"tool": "serverless", "resource": "OrdersLambdaFunction", "resource_type": "AWS::Lambda::Function"},
    ),
    "CloudWatch": (
        f"2026-11-03T10:15:30.123Z\t{ID}\tERROR\tInvoke Error \tjammed\nREPORT RequestId: {ID}\tDuration: 3.00 ms",
        {"request_id": ID},
    ),
    "aws logs tail": (
        "2026-11-03T10:15:30.123000+00:00 2026/11/03/[$LATEST]" + "ab" * 16 + " INIT_START Runtime Version: python:3.13.v39\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:93e1",
        {"runtime": "python", "region": "eu-west-1"},
    ),
    "a function's ARN": (
        "jammed: arn:aws:lambda:eu-central-1:123456789012:function:orders:live",
        {"region": "eu-central-1", "account": "123456789012", "function_name": "orders"},
    ),
    "a stack's ARN": (
        "Stack:arn:aws:cloudformation:eu-west-2:123456789012:stack/orders-prod/" + ID + " jammed",
        {"stack": "orders-prod", "region": "eu-west-2", "account": "123456789012"},
    ),
    "S3's XML": (
        "<Error><Code>JammedBucket</Code><Message>jammed</Message><RequestId>TX1</RequestId></Error>",
        {"error_code": "JammedBucket"},
    ),
    "an API's JSON": ('{"__type": "com.amazonaws.dynamodb.v20120810#JammedException", "message": "jammed"}', {"error_code": "JammedException"}),
    "Python's traceback": ('Traceback (most recent call last):\n  File "/var/task/app.py", line 3, in handler\nJammedError: jammed', {"runtime": "python"}),
    "Node's stack": ("Error: jammed\n    at Runtime.handler (/var/task/index.js:3:9)\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)", {"runtime": "nodejs"}),
    "Java's stack": ("java.lang.RuntimeException: jammed\n\tat com.example.Handler.handleRequest(Handler.java:12)", {"runtime": "java"}),
    "Go's panic": ("panic: jammed\n\ngoroutine 1 [running]:\nmain.main()\n\t/build/main.go:12 +0x1d", {"runtime": "go"}),
    "Rust's panic": ("thread 'main' panicked at src/main.rs:12:5:\njammed", {"runtime": "rust"}),
    ".NET's stack": ("System.Exception: jammed\n   at Orders.Function.Handler(String input) in /src/Function.cs:line 12", {"runtime": "dotnet"}),
    "Ruby's stack": ("/var/task/app.rb:3:in `handler': jammed (RuntimeError)", {"runtime": "ruby"}),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_form_tells_what_it_holds(form: str, catalog: Catalog) -> None:
    text, told = FORMS[form]
    observation = diagnose(text, catalog=catalog).observation.model_dump()
    assert {name: observation[name] for name in told} == told


def test_the_context_wins_over_the_text(catalog: Catalog) -> None:
    text = "jammed: arn:aws:lambda:eu-central-1:123456789012:function:orders"
    context = Context(region="us-west-2", function_name="billing", tool="sam", runtime="java21")
    seen = diagnose(text, context=context, catalog=catalog).observation
    assert (seen.region, seen.function_name, seen.tool, seen.runtime) == ("us-west-2", "billing", "sam", "java21")
    assert seen.account == "123456789012"


@pytest.mark.parametrize(
    ("context", "signs"),
    [(Context(tool="sam"), {"aws", "lambda"}), (Context(tool="cdk"), {"aws"}), (Context(function_name="orders"), {"aws", "lambda"})],
)  # fmt: skip
def test_what_the_caller_knows_is_a_sign_too(context: Context, signs: set[str], catalog: Catalog) -> None:
    assert signs <= set(diagnose("jammed", context=context, catalog=catalog).observation.signs)


def test_words_about_nothing_show_nothing(catalog: Catalog) -> None:
    seen = diagnose("Error: the printer on the second floor is jammed", catalog=catalog).observation
    assert seen.model_dump(exclude_defaults=True) == {}
