"""Write the healthy logs of tests/data/healthy that Lambda functions leave: `python benchmarks/healthy.py`.

All is well in them, in many voices. They have two uses: nothing may be diagnosed in them, and the words that they hold
are poor keys of an index (see common_words.py). The logs of deployments there were written by hand.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "tests" / "data" / "healthy"
ROUNDS = 3  # how often each line stands in its log, with other values

# What Lambda itself writes around an invocation: before, and after.
TEXT_FRAME = (
    "START RequestId: {uuid} Version: $LATEST",
    "END RequestId: {uuid}",
    "REPORT RequestId: {uuid}\tDuration: {n}.{d}7 ms\tBilled Duration: {n} ms\tMemory Size: 256 MB\tMax Memory Used: {n} MB\t",
)
COLD_FRAME = (
    "INIT_START Runtime Version: nodejs:22.v12\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:{hex}{hex}",
    "START RequestId: {uuid} Version: 42",
    "END RequestId: {uuid}",
    "REPORT RequestId: {uuid}\tDuration: {n}.{d}1 ms\tBilled Duration: {n} ms\tMemory Size: 512 MB\tMax Memory Used: {n} MB\tInit Duration: {n}.{d}4 ms\t",
    "XRAY TraceId: 1-67c76c60-{hex}\tSegmentId: {hex}\tSampled: true\t",
)
JSON_FRAME = (
    '{"time": "{time}", "type": "platform.initStart", "record": {"initializationType": "on-demand", "phase": "init", "runtimeVersion": "nodejs:22.v12", "functionName": "orders", "functionVersion": "$LATEST", "instanceId": "{uuid}", "instanceMaxMemory": 268435456}}',
    '{"time": "{time}", "type": "platform.start", "record": {"requestId": "{uuid}", "version": "$LATEST", "tracing": {"spanId": "{hex}", "type": "X-Amzn-Trace-Id", "value": "Root=1-67c76c60-{hex};Parent={hex};Sampled=1"}}}',
    '{"time": "{time}", "type": "platform.runtimeDone", "record": {"requestId": "{uuid}", "status": "success", "spans": [{"name": "responseLatency", "start": "{time}", "durationMs": {n}.{d}}], "metrics": {"durationMs": {n}.{d}, "producedBytes": {n}}}}',
    '{"time": "{time}", "type": "platform.report", "record": {"requestId": "{uuid}", "metrics": {"durationMs": {n}.{d}, "billedDurationMs": {n}, "memorySizeMB": 512, "maxMemoryUsedMB": {n}, "initDurationMs": {n}.{d}}, "status": "success"}}',
    '{"time": "{time}", "type": "platform.extension", "record": {"name": "collector", "state": "Ready", "events": ["INVOKE", "SHUTDOWN"]}}',
)

NODE = """\
Received event with {d} records from queue orders
Connecting to database orders at db.internal.example.com:5432
Connection to the database established in {n} ms, reusing it for the next invocation
cache miss for key customer:{n}, falling back to table
PUT s3://example-bucket/orders/{n}.json status 200 in {n} ms
response: statusCode 200, errors: 0, retries: 0, timeout 3000 ms
Processing message {uuid} from queue, receive count 1
Loading configuration from environment: stage=prod, log level=info, feature flags enabled
Handler loaded: index.handler, node v22.12.0, region us-east-1, function orders, alias live
no validation errors, request accepted; body size {n} bytes, content type application/json
user {n} is allowed to read resource /orders/{n}: role admin, policy default, access granted
token for client web is valid, expires in {n} seconds, scope read write
GET /health 200 {n} - {d} ms
POST /orders 201 {n} - {d}{d} ms
OPTIONS /orders 204 0 - 1 ms, origin https://shop.example.com, allowed headers content-type, authorization
GET /missing 404, route not registered, answered by the default handler
batch of {d} items written to table orders-{n}, 0 unprocessed items, consumed capacity {d}.5 units
query index by-customer returned {n} items, last evaluated key undefined
publishing event order.created to bus default, detail size {n} bytes, entries failed: 0
message sent to https://sqs.us-east-1.amazonaws.com/123456789012/orders, message id {uuid}
invoking function payments asynchronously, payload {n} bytes, status code 202
waiting for {d} promises to settle, all fulfilled, none rejected
retry policy: maximum attempts 3, base delay 100 ms, max delay 1000 ms, backoff exponential
circuit breaker closed, 0 failures in the last 60 seconds
deadline in {n} ms, remaining time enough for another batch
closing {d} idle connections, pool size now {d}, waiting clients 0
image {n}.jpg resized to 640x480, saved as webp in {n} ms, {n} KB smaller
parsed csv file with {n} lines, header id;name;price;currency, skipped {d} empty lines
compiled template invoice.hbs, rendered pdf with {d} pages, uploaded to bucket documents
schema version 4 is the latest, no migration to run
secret orders/db fetched from cache, version AWSCURRENT, rotated 12 days ago
parameter /orders/prod/limit = 100 loaded from ssm in {n} ms
websocket connection {hex} opened by client, {d} connections open
stream record {d} of {d} processed, sequence number {n}{n}{n}, approximate arrival {time}
scheduled task cleanup started; removed {n} expired sessions, kept {n} active ones
step ValidateOrder completed, next step ChargeCard, execution {uuid}
memory usage rss {n} MB, heap total {n} MB, heap used {n} MB, external {d} MB
graceful shutdown: SIGTERM received, extension flushed {n} spans, exit code 0
openssl fips disabled, ca certificates loaded from /var/runtime/ca-cert.pem
module ./lib/rules.mjs imported, export default found, {d} rules registered
email to customer queued, template welcome, locale de, provider message id {hex}
webhook signature verified, event type invoice.paid, delivery attempt 1
lock acquired by worker {d}, released after {n} ms
unable-to-deliver list has 0 addresses, nothing to suppress
could be faster: query plan uses an index scan, cost {n}
file handle count {d}, open sockets {d}, event loop lag {d} ms
deprecated option "legacy" is ignored; set "modern" instead
no such order in the archive, so a new one is created
first attempt succeeded, so no further attempt is made
process {n} started with arguments --port 8080 --host 127.0.0.1
""".splitlines()

PYTHON = """\
processing order {n} for customer {d}{d}
slow query took {n} ms, no action needed
imported {d} rows, 0 failed, connection pool size 4
Found credentials in environment variables.
Loading variable profile from defaults.
Starting new HTTPS connection ({d}): dynamodb.us-east-1.amazonaws.com:443
https://dynamodb.us-east-1.amazonaws.com:443 "POST / HTTP/1.1" 200 {n}
Changing event name from creating-client-class.iot-data to creating-client-class.iot-data-plane
Event before-parameter-build.s3.PutObject: calling handler validate_bucket_name
Using S3 path style addressing disabled, endpoint provider result: https://example-bucket.s3.us-east-1.amazonaws.com
Making request for OperationModel(name=GetItem) with params: headers, body, context
Response headers: content-type application/x-amz-json-1.0, x-amzn-requestid, date, server
Retry needed: False, retry attempts 0, mode standard
Setting up logging, level INFO, format text, handlers console
handler app.lambda_handler imported in {n} ms, python 3.13, platform linux x86_64
Model loaded from /opt/ml/model.onnx in {n} ms, {n} parameters, device cpu
numpy 2.1.3, pandas 2.2.3, threads {d}; shape ({n}, {d})
dataframe has {n} rows and {d} columns, memory {n} kb, dtypes float64 int64 object
downloaded s3://example-bucket/input/{n}.parquet to /tmp/{n}.parquet, {n} bytes, disk usage {d} percent
temporary directory /tmp/work-{n} created and removed again
database migrated to revision {hex}, nothing to upgrade
SELECT order_id, status, total FROM orders WHERE customer_id = %s ORDER BY created LIMIT 100
BEGIN (implicit); COMMIT; rows affected {d}; transaction took {n} ms
record {uuid} is valid against schema order-v3, unknown fields ignored
decorator retry: call succeeded at attempt 1, elapsed {n} ms
lambda context: remaining time {n} ms, memory limit 512 mb, log stream 2026/11/03/[$LATEST]{hex}
async tasks gathered: {d} done, 0 pending, 0 cancelled
HTTP Request: POST https://api.example.com/v1/charges "HTTP/1.1 200 OK"
feature store answered with {d} features, missing 0, default values used for {d}
permission check passed: principal service account reader, action read, resource report {n}
message {n} deleted from queue, visibility timeout 30 seconds, dead letter queue empty
checkpoint saved at offset {n}, lag {d}, shard shardId-00000000000{d}
scan of table customers returned {n} items in {d} pages, filter matched {d}
job {n} finished successfully: created {d}, updated {d}, deleted {d}, unchanged {n}
cold start: imports {n} ms, client creation {n} ms, total init {n} ms
no new files since the last run, exiting early without changes
executing query in athena, state SUCCEEDED, scanned {n} bytes, result location s3://example-bucket/results/
subprocess ffmpeg returned exit status 0, output {n} frames
xray segment closed, {d} subsegments sent to daemon at 127.0.0.1:2000
policy document has {d} statements, size {n} of 6144 characters
environment variable TABLE_NAME is set, STAGE defaults to dev
""".splitlines()

JSON = """\
{"level": "INFO", "message": {"event": "order received", "items": {d}, "error": null, "status": "ok"}}
{"level": "INFO", "message": "GET https://api.example.com/v1/prices?sku={n} 200 OK"}
{"level": "INFO", "location": "handler:{n}", "message": "Collecting payment", "service": "payment", "cold_start": true, "function_name": "orders", "function_memory_size": "512", "function_arn": "arn:aws:lambda:us-east-1:123456789012:function:orders", "function_request_id": "{uuid}", "correlation_id": "{uuid}", "xray_trace_id": "1-67c76c60-{hex}"}
{"level": "DEBUG", "sampling_rate": 0.1, "message": "Event received", "event": {"httpMethod": "GET", "path": "/orders/{n}", "headers": {"Accept": "*/*", "User-Agent": "Mozilla/5.0", "X-Forwarded-For": "203.0.113.7", "Host": "api.example.com"}, "requestContext": {"accountId": "123456789012", "stage": "prod", "identity": {"sourceIp": "203.0.113.7"}, "protocol": "HTTP/1.1"}, "isBase64Encoded": false, "queryStringParameters": null, "body": null}}
{"level": 30, "time": {n}, "pid": 8, "hostname": "169.254.10.{d}", "msg": "request completed", "req": {"id": {n}, "method": "POST", "url": "/carts"}, "res": {"statusCode": 201}, "responseTime": {n}}
{"severity": "INFO", "logger": "com.example.Orders", "thread": "main", "mdc": {"tenant": "t{d}"}, "exception": null, "stack": null, "text": "Order shipped"}
{"_aws": {"Timestamp": {n}, "CloudWatchMetrics": [{"Namespace": "Orders", "Dimensions": [["service", "operation"]], "Metrics": [{"Name": "Latency", "Unit": "Milliseconds"}, {"Name": "Success", "Unit": "Count"}, {"Name": "Errors", "Unit": "Count"}, {"Name": "Throttles", "Unit": "Count"}]}]}, "operation": "PlaceOrder", "Latency": {n}, "Success": 1, "Errors": 0, "Throttles": 0}
{"level": "INFO", "message": "idempotency record found, returning the stored response", "key": "{hex}", "expiry": {n}, "in_progress": false}
{"level": "WARN", "message": "falling back to the default configuration", "reason": "no override", "feature": "search"}
{"level": "INFO", "Records": [{"eventSource": "aws:sqs", "eventName": "ObjectCreated:Put", "awsRegion": "us-east-1", "messageId": "{uuid}", "receiptHandle": "{hex}{hex}", "attributes": {"ApproximateReceiveCount": "1", "SenderId": "AIDAEXAMPLE", "SentTimestamp": "{n}"}, "messageAttributes": {}, "md5OfBody": "{hex}"}]}
{"level": "INFO", "message": "user signed in", "username": "user-{n}", "groups": ["reader", "editor"], "mfa": true, "permissions": ["list", "get", "describe", "create", "update", "delete"]}
{"batchItemFailures": [], "processed": {n}, "skipped": {d}, "failed": 0, "level": "INFO"}
{"detail-type": "Scheduled Event", "source": "aws.events", "resources": ["arn:aws:events:us-east-1:123456789012:rule/nightly"], "detail": {}, "level": "INFO", "account": "123456789012", "region": "us-east-1", "version": "0"}
{"level": "INFO", "executionArn": "arn:aws:states:us-east-1:123456789012:execution:orders:{uuid}", "status": "RUNNING", "input": {"attempt": 1, "limit": {n}, "payload": {"valid": true}}, "context": {"state": {"name": "Check"}}}
{"level": "INFO", "health": {"database": "up", "queue": "up", "storage": "up", "network": "up", "memory": "ok", "cpu": {d}}, "uptime": {n}, "connections": {d}, "invalid": 0, "unavailable": 0, "exceeded": 0, "refused": 0, "denied": 0}
""".splitlines()

JAVA = """\
Picked up JAVA_TOOL_OPTIONS: -XX:+TieredCompilation -XX:TieredStopAtLevel=1
{time} [main] INFO  com.example.orders.OrderHandler - Received input with {d} records, context {uuid}
{time} [main] DEBUG org.hibernate.SQL - select o1_0.id, o1_0.total from orders o1_0 where o1_0.customer_id=?
{time} [main] INFO  com.zaxxer.hikari.HikariDataSource - HikariPool-1 - Starting...
{time} [main] INFO  com.zaxxer.hikari.HikariDataSource - HikariPool-1 - Start completed.
{time} [main] INFO  org.springframework.boot.SpringApplication - Starting application using Java 21.0.5 with PID {d} (/var/task started by sbx_user1051 in /var/task)
{time} [main] INFO  o.s.b.SpringApplication - No active profile set, falling back to 1 default profile: "default"
{time} [main] INFO  o.s.b.w.s.context.ServletWebServerApplicationContext - Root WebApplicationContext: initialization completed in {n} ms
{time} [main] INFO  o.a.catalina.core.StandardEngine - Initializing Spring embedded dispatcherServlet, servlet engine: Apache Tomcat/10.1
{time} [main] INFO  com.example.orders.Main - Started Main in {d}.{n} seconds (process running for {d}.{n})
{time} [main] DEBUG software.amazon.awssdk.request - Sending Request: DefaultSdkHttpFullRequest(httpMethod=POST, protocol=https, host=dynamodb.us-east-1.amazonaws.com, encodedPath=/, headers=[amz-sdk-invocation-id, Content-Length, Content-Type, User-Agent, X-Amz-Target])
{time} [main] DEBUG software.amazon.awssdk.request - Received successful response: 200, Request ID: {hex}, Extended Request ID: not available
{time} [main] DEBUG s.a.awssdk.auth.credentials.AwsCredentialsProviderChain - Loading credentials from EnvironmentVariableCredentialsProvider()
{time} [main] DEBUG i.n.util.internal.PlatformDependent - -Dio.netty.noUnsafe: false; unsafe available, direct buffer constructor: available, maxMemory: {n} bytes
{time} [pool-1-thread-{d}] INFO  com.example.orders.Worker - task {n} executed, queue size {d}, active threads {d}
{time} [kafka-producer-network-thread] INFO  org.apache.kafka.clients.NetworkClient - Cluster ID: {hex}, node {d} ready, topic orders partition {d} offset {n}
{time} [main] WARN  com.example.orders.Cache - entry {n} is stale, loading it again from the source
{time} [main] INFO  com.example.orders.Mapper - deserialized class Order from json, unrecognized properties ignored
{time} [main] INFO  com.example.orders.Client - read timeout 5000 ms, connect timeout 1000 ms, socket keep alive true, max connections 50
{time} [main] TRACE com.example.orders.Service - method place(Order) returned normally, object created, no exception thrown
OpenJDK 64-Bit Server VM warning: Sharing is only supported for boot loader classes because bootstrap classpath has been appended
[GC (Allocation) {n}K->{n}K({n}K), 0.00{d} secs] heap space used {d} percent, stack size 1024k
""".splitlines()

OTHERS = """\
info: Orders.Api.Function[0] Executing endpoint 'HTTP: GET /orders/{d}'
info: Microsoft.Hosting.Lifetime[14] Now listening on: http://localhost:5000; application started; hosting environment: Production; content root path: /var/task
info: Microsoft.AspNetCore.Hosting.Diagnostics[2] Request finished HTTP/1.1 GET https://api.example.com/orders - 200 {n} application/json {d}.{n}ms
dbug: Microsoft.EntityFrameworkCore.Database.Command[20100] Executing DbCommand [Parameters=[], CommandType='Text', CommandTimeout='30']
info: Amazon.Lambda.RuntimeSupport[0] bootstrap initialized, assembly Orders loaded, type Orders.Function, method FunctionHandler
time={time} level=INFO msg="server started" addr=:8080 version=1.4.{d} go=1.23
time={time} level=INFO msg="handled request" method=GET path=/v1/items status=200 bytes={n} took={d}ms
{"level":"info","ts":{n}.{d},"caller":"orders/main.go:{d}","msg":"consumer group joined","generation":{d},"member":"{hex}","assigned":[0,1,2]}
{time}  INFO orders::handler: parsed request successfully bytes={n} user=anonymous
{time} DEBUG hyper::client::connect::http: connected to 10.0.{d}.{d}:443 tls handshake complete, alpn h2
{time}  INFO lambda_runtime: polling for next event, deadline {n}, extensions registered: 1
I, [{time} #8]  INFO -- : Completed 200 OK in {n}ms (Views: {d}.1ms | ActiveRecord: {d}.2ms | Allocations: {n})
I, [{time} #8]  INFO -- : Started GET "/orders/{n}" for 203.0.113.7 at {time}
D, [{time} #8] DEBUG -- :   Order Load ({d}.4ms)  SELECT "orders".* FROM "orders" WHERE "orders"."id" = $1 LIMIT $2
[{time}] production.INFO: Queue job App\\Jobs\\SendInvoice processed {"id":{n}}
NOTICE: ready to handle connections; php-fpm pool www with {d} children, 127.0.0.1:9000
TELEMETRY\tName: collector\tState: Subscribed\tTypes: [Platform, Function, Extension]
EXTENSION\tName: collector\tState: Ready\tEvents: [INVOKE, SHUTDOWN]
otel: exporter sent {n} spans to http://localhost:4318/v1/traces, dropped 0, queue capacity 2048
DD_EXTENSION | INFO | flushing {n} metrics, api key valid, site datadoghq.com
[AWS Parameters and Secrets Lambda Extension] {time} INFO ready to serve traffic
aws-cli/2.22.0 Python/3.12.6 Linux/6.1 exe/x86_64 md/installer prompt/off command/s3.sync: upload: ./site/index.html to s3://example-bucket/index.html
Unable to find image 'amazon/aws-cli:latest' locally, pulling from amazon/aws-cli; status: downloaded newer image
#12 [build 4/6] RUN npm ci --omit=dev: added {n} packages, and audited {n} packages in {d}s, found 0 vulnerabilities
#13 exporting to image; exporting layers done; writing image sha256:{hex}{hex} done; naming to docker.io/library/orders done
npm warn deprecated inflight@1.0.6: This module is not supported, and leaks memory. Do not use it.
{d} passing ({n}ms), 0 failing, {d} pending; coverage: statements {d}{d}%, branches {d}{d}%, functions {d}{d}%, lines {d}{d}%
tests/test_upload.py::test_invalid_input_raises_value_error PASSED [ {d}%]
tests/test_network.py::test_connection_refused_is_retried PASSED [ {d}%]
tests/test_rights.py::test_access_denied_gives_403_forbidden PASSED [ {d}%]
esbuild: dist/index.js {n}kb, dist/index.js.map {n}kb; done in {n}ms, 0 errors, 0 warnings
tsc --noEmit: no type errors; eslint: no problems; prettier: all matched files use the code style
remote: Enumerating objects: {n}, done; counting objects: 100% ({n}/{n}); resolving deltas; branch main set up to track origin/main
Run actions/checkout@v4 with repository, token ***, fetch-depth 1, clean true; syncing repository: example/orders
Assuming role with OIDC: authenticated as assumedRoleId AROAEXAMPLE:GitHubActions, session expires in 3600 seconds
Cache restored successfully from key Linux-pip-{hex}; cache size: ~{n} MB; post job cleanup
""".splitlines()

PROSE = """\
This page explains how a function is created, configured, published and invoked, and what it costs to run it every day.
The handler is the method that processes events; when it exits or returns a response, it becomes available for the next event.
You can use an alias to point to a version, and update the alias when the new version is ready, without changing the client.
When the service needs more instances it starts them; each instance handles one request at a time until the limit is reached.
If you do not set a value, the default is used. The maximum is given in the table below, together with the minimum and the unit.
A layer is an archive that contains libraries, a custom runtime, data, or configuration files which are extracted to a directory.
To build the package, install the dependencies in the project's folder, add the source code, and create a file with the zip command.
Please make sure that the name of the bucket is correct and that it is in the same region as the function before you continue.
The following example shows how to read an object, write a record, call another service, and check whether the result was found.
It is possible that the same message is delivered more than once, so the code must be able to handle it again without a change.
Before this could happen, the team already had a plan: first stop the old job, then remove its state, and finally start the new one.
For more information see the guide for developers, the reference of the command line, or ask your administrator to open a ticket.
There is no need to restart anything; after the key was rotated, other systems will load it by themselves within five minutes.
Access to the network requires a subnet with a route, a security group that permits the traffic, and an address for the host.
The size of the image depends on the base, the number of its layers, and whether the build removes what it does not need.
Only the owner of an account may delete a resource, or give another user the permission to list, describe, tag or modify it.
""".splitlines()

_HOLE = re.compile(r"\{(uuid|hex|time|n|d)\}")


def logs() -> Iterator[tuple[str, list[str]]]:
    """Each log's name and lines."""
    for name, frame, lines, prefix in (
        ("cloudwatch-text", TEXT_FRAME, NODE, "{time}\t{uuid}\t{level}\t"),
        ("cloudwatch-python", COLD_FRAME, PYTHON, "[{level}]\t{time}\t{uuid}\t"),
        ("cloudwatch-json", JSON_FRAME, JSON, ""),
        ("cloudwatch-java", TEXT_FRAME, JAVA, ""),
        ("cloudwatch-others", COLD_FRAME, OTHERS, ""),
        ("documentation", (), PROSE, ""),
    ):
        rng = random.Random(name)
        made: list[str] = []
        for _ in range(ROUNDS):
            for number, line in enumerate(rng.sample(lines, len(lines))):
                if number % 8 == 0:
                    made += [_filled(text, rng) for text in frame]
                made.append(
                    _filled(prefix.replace("{level}", rng.choice(("INFO", "INFO", "DEBUG", "WARN"))) + line, rng)
                )
        yield name, made


def _filled(line: str, rng: random.Random) -> str:
    def fill(match: re.Match[str]) -> str:
        kind = match[1]
        if kind == "time":
            return f"2026-11-03T10:{rng.randrange(60):02d}:{rng.randrange(60):02d}.{rng.randrange(1000):03d}Z"
        if kind == "uuid":
            return f"{rng.getrandbits(32):08x}-{rng.getrandbits(16):04x}-4000-8000-{rng.getrandbits(48):012x}"
        return f"{rng.getrandbits(64):016x}" if kind == "hex" else str(rng.randrange(2_000 if kind == "n" else 10))

    return _HOLE.sub(fill, line)


if __name__ == "__main__":
    for name, lines in logs():
        (TARGET / f"{name}.log").write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{name}: {len(lines)} lines")
