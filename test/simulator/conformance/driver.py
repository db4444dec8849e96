"""Lets another program call Huawei's own SDK: reads one JSON object a line, makes that call, writes one line back.

Owns the turning of JSON into the SDK's request classes and of its answers back into JSON. Refuses to judge what came.
Lines: {"client": NAME, "service", "endpoint", "credentials", ...} makes a client; {"as": NAME, "call", "request"} uses it.
"""

import importlib
import json
import re
import sys
from datetime import datetime

from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.auth.provider import OidcStsCredentialProvider
from huaweicloudsdkcore.exceptions.exceptions import SdkException, ServiceResponseException
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkcore.sdk_stream_response import SdkStreamResponse

SERVICES = {
    "codeartsbuild": ("huaweicloudsdkcodeartsbuild.v3", "CodeArtsBuildClient"),
    "codeartsartifact": ("huaweicloudsdkcodeartsartifact.v2", "CodeArtsArtifactClient"),
    "iam": ("huaweicloudsdkiam.v3", "IamClient"),
    "sts": ("huaweicloudsdksts.v1", "StsClient"),
}


def credentials_from(given):
    """The SDK's own credentials; it signs and, where it must, asks IAM or STS by itself."""
    if "agency_urn" in given:
        names = ("provider_urn", "agency_urn", "id_token", "sts_endpoint")
        provider = OidcStsCredentialProvider("basic", **{name: given[name] for name in names})
        return provider.get_credentials().with_project_id(given["project_id"])
    kind = GlobalCredentials if given.get("global") else BasicCredentials
    made = kind(given["ak"], given["sk"]) if "ak" in given else kind()
    for name in ("security_token", "project_id", "domain_id", "iam_endpoint", "idp_id", "id_token_file"):
        if name in given:
            made = getattr(made, "with_" + name)(given[name])
    return made


def client_from(given):
    module_name, class_name = SERVICES[given["service"]]
    module = importlib.import_module(module_name)
    builder = getattr(module, class_name).new_builder()
    builder = builder.with_credentials(credentials_from(given["credentials"]))
    config = HttpConfig.get_default_config()
    config.timeout = (5, 20)
    builder = builder.with_http_config(config)
    if "region" in given:
        builder = builder.with_region(Region(given["region"], given["endpoint"]))
    else:
        builder = builder.with_endpoint(given["endpoint"])
    return module, builder.build()


def model_from(module, kind, value):
    """A value of the type that the SDK names `kind`, such as `list[ParameterItem]`."""
    listed = re.fullmatch(r"list\[(.*)\]", kind)
    if value is None:
        return None
    if listed:
        return [model_from(module, listed.group(1), each) for each in value]
    model = getattr(module, kind, None)
    if model is None:
        return value
    known = {name: model.attribute_map[name] for name in model.openapi_types}
    unknown = set(value) - set(known.values())
    if unknown:
        raise ValueError("%s has no %s" % (kind, ", ".join(sorted(unknown))))
    fields = {
        name: model_from(module, model.openapi_types[name], value[wire])
        for name, wire in known.items()
        if wire in value
    }
    return model(**fields)


def json_from(value):
    """What the SDK parsed, under the names that the fields have on the wire."""
    if isinstance(value, list):
        return [json_from(each) for each in value]
    if isinstance(value, dict):
        return {name: json_from(each) for name, each in value.items()}
    if hasattr(value, "openapi_types"):
        return {value.attribute_map[name]: json_from(getattr(value, name)) for name in value.openapi_types}
    if isinstance(value, datetime):
        # As the SDK's own types are written on the wire.
        return value.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (value.microsecond // 1000)
    return value


def answer_of(module, client, order):
    call = order["call"]
    # Some names keep an abbreviation's capitals: AssumeAgencyWithOIDCRequest.
    wanted = call.replace("_", "") + "request"
    kind = next(name for name in dir(module) if name.lower() == wanted)
    request = model_from(module, kind, order.get("request", {}))
    response = getattr(client, call)(request)
    if isinstance(response, SdkStreamResponse):
        files = []
        response.consume_download_stream(lambda stream: files.append(stream.content.decode("utf-8")))
        return {"file": files[0]}
    return {
        "status": response.status_code,
        "parsed": json_from(response),
        "raw": response.raw_content.decode("utf-8"),
    }


def refusal_of(error):
    if isinstance(error, ServiceResponseException):
        return {
            "refused": {
                "kind": type(error).__name__,
                "status": error.status_code,
                "code": error.error_code,
                "message": error.error_msg,
                "request_id": error.request_id,
            }
        }
    return {"broken": "%s: %s" % (type(error).__name__, getattr(error, "error_msg", error))}


def main():
    clients = {}
    for line in sys.stdin:
        order = json.loads(line)
        try:
            if "client" in order:
                clients[order["client"]] = client_from(order)
                answer = {"made": order["client"]}
            else:
                answer = answer_of(*clients[order["as"]], order)
        except SdkException as error:
            answer = refusal_of(error)
        except Exception as error:  # What the SDK itself trips over is a finding, not the end.
            answer = {"broken": "%s: %s" % (type(error).__name__, error)}
        # Decimal is how the SDK reads fractions.
        print(json.dumps(answer, default=float), flush=True)


main()
