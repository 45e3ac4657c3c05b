"""Judges template.yaml for one region: cfn-lint reads it, the SAM translator turns it into
CloudFormation, and moto's CloudFormation creates a stack with every resource type it supports.

    check.py TEMPLATE REGION [NAME=VALUE ...]

Exits with 1 if anything is refused, if moto does not support a type of resource that is not in unsupported.txt
beside this file, or if a created resource is not of the region's partition.
"""

import ast
import json
import logging
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent

# Values of the required parameters. Only their form matters: nothing is called.
SAMPLE = {
    "PublicUrl": "https://jiazhu.example",
    "Clients": "[]",
    "Issuers": "[]",
    "MessagesUrl": "https://messages.example",
    "MessagesSecret": "not-a-secret",
}


def lint(template, region):
    """Return cfn-lint's findings, including warnings."""
    run = subprocess.run(
        [pathlib.Path(sys.executable).with_name("cfn-lint"), "--regions", region, "--template", template], capture_output=True, text=True
    )
    if run.returncode:
        raise SystemExit(f"cfn-lint, {region}:\n{run.stdout}{run.stderr}")


def values(document, given):
    """Return the parameters' values: defaults, samples, and those on the command line."""
    declared = document["Parameters"]
    chosen = {name: str(p["Default"]) for name, p in declared.items() if "Default" in p}
    chosen |= SAMPLE | given
    unknown = set(chosen) - set(declared)
    missing = set(declared) - set(chosen)
    if unknown or missing:
        raise SystemExit(f"parameters: {sorted(unknown)} are not the template's, {sorted(missing)} have no sample")
    return chosen


def translate(document, region, chosen):
    """Return the CloudFormation template from AWS's own SAM translator."""
    os.environ["AWS_DEFAULT_REGION"] = os.environ["AWS_REGION"] = region
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.translator.transform import transform

    class NoPolicies:  # the template names none of AWS's, so none has to be looked up
        def load(self):
            return {}

    for resource in document["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":  # as `aws cloudformation package` does
            resource["Properties"]["CodeUri"] = "s3://artifacts/" + resource["Properties"]["CodeUri"]
    try:
        return transform(document, chosen, NoPolicies())
    except InvalidDocumentException as refused:
        raise SystemExit(f"SAM translator, {region}: {refused.message}: {[c.message for c in refused.causes]}")


def refers(value, names):
    """Return whether a value refers to one of these resources or to an attribute of one."""
    return isinstance(value, dict) and (value.get("Ref") in names or value.get("Fn::GetAtt", [""])[0] in names)


def known(translated):
    """Return the template without the resources that moto does not support, with a text in place of references to them."""
    from moto.cloudformation.parsing import resource_class_from_type

    cut = {n for n, r in translated["Resources"].items() if resource_class_from_type(r["Type"]) is None}
    # Resources that belong to an alias need the alias.
    cut |= {n for n, r in translated["Resources"].items() if refers(r.get("Properties", {}).get("FunctionName"), cut)}

    def mend(value):
        if isinstance(value, list):
            return [mend(v) for v in value]
        if not isinstance(value, dict):
            return value
        if refers(value, cut):
            return "left-out"
        mended = {k: mend(v) for k, v in value.items()}
        if isinstance(value.get("Fn::Sub"), str):
            mended["Fn::Sub"] = re.sub(r"\$\{(\w+)[\w.]*\}", lambda m: "left-out" if m[1] in cut else m[0], value["Fn::Sub"])
        if "DependsOn" in value:
            named = value["DependsOn"] if isinstance(value["DependsOn"], list) else [value["DependsOn"]]
            mended["DependsOn"] = [n for n in named if n not in cut]
        return mended

    resources = {n: mend(r) for n, r in translated["Resources"].items() if n not in cut}
    return translated | {"Resources": resources, "Outputs": mend(translated.get("Outputs", {}))}


def text(value, chosen):
    """Resolve a text of the translated template as CloudFormation does; only the functions in the edge secret are supported."""
    if isinstance(value, str):
        return value
    ((name, argument),) = value.items()
    if name == "Ref":
        return chosen[argument]
    index, split = argument
    if name != "Fn::Select" or list(split) != ["Fn::Split"]:
        raise SystemExit(f"{value} is no text that is resolved here")
    separator, whole = split["Fn::Split"]
    return text(whole, chosen).split(separator)[int(index)]


def proves(translated, chosen):
    """Check that the distribution sends the first edge secret to the API and to no other origin."""
    if "Rules" not in translated:
        raise SystemExit("the translator left the rules out")
    secret = chosen["EdgeSecret"].split(" ")[0]
    if chosen["PortalPages"] == "true" and len(secret) < 32:
        raise SystemExit("PortalPages without an EdgeSecret: the rule refuses that")
    for origin in translated["Resources"]["Front"]["Properties"]["DistributionConfig"]["Origins"]:
        sent = [(h["HeaderName"], text(h["HeaderValue"], chosen)) for h in origin.get("OriginCustomHeaders", [])]
        if sent != ([("x-jiazhu-edge", secret)] if origin["Id"] == "api" else []):
            raise SystemExit(f"the origin {origin['Id']} is sent {len(sent)} headers, none of which proves whose request it is")


def walled(translated):
    """Check that an API with a domain has no second address."""
    (server,) = translated["Resources"]["Api"]["Properties"]["Body"]["servers"]
    if server["x-amazon-apigateway-endpoint-configuration"] != {"disableExecuteApiEndpoint": {"Fn::If": ["HasDomain", True, False]}}:
        raise SystemExit("the translator leaves the API its own address beside a domain")


def create(translated, region, chosen):
    """Create the stack and return the physical names of its resources by logical id."""
    import boto3
    from moto import mock_aws

    body = json.dumps(known(translated))
    partition = boto3.Session().get_partition_for_region(region)  # moto takes every region for AWS's own
    body = body.replace("${AWS::Partition}", partition).replace('{"Ref": "AWS::Partition"}', json.dumps(partition))
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    with mock_aws():
        s3 = boto3.client("s3", region)
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket="artifacts", **place)
        for function in (r for r in translated["Resources"].values() if r["Type"] == "AWS::Lambda::Function"):
            s3.put_object(Bucket="artifacts", Key=function["Properties"]["Code"]["S3Key"], Body=b"PK\x05\x06" + bytes(18))
        stacks = boto3.client("cloudformation", region)
        stacks.create_stack(
            StackName="jiazhu-check",
            TemplateBody=body,
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in chosen.items()],
        )
        stack = stacks.describe_stacks(StackName="jiazhu-check")["Stacks"][0]
        if stack["StackStatus"] != "CREATE_COMPLETE":
            raise SystemExit(f"moto, {region}: {stack['StackStatus']}")
        made = stacks.get_paginator("list_stack_resources").paginate(StackName="jiazhu-check")
        made = {r["LogicalResourceId"]: r["PhysicalResourceId"] for page in made for r in page["StackResourceSummaries"]}
        made = {name: physical for name, physical in made.items() if name in translated["Resources"]}
        examine(translated, made, region, chosen)
        return made


def examine(translated, made, region, chosen):
    """Check the created grants, environment variables, deletion protection and encryption, with references resolved."""
    import boto3

    partition = boto3.Session().get_partition_for_region(region)
    iam, tables, s3, functions = (boto3.client(service, region) for service in ("iam", "dynamodb", "s3", "lambda"))
    faults, grants = [], 0
    for name, physical in made.items():
        kind = translated["Resources"][name]["Type"]
        if kind == "AWS::IAM::Role":
            for policy in iam.list_role_policies(RoleName=physical)["PolicyNames"]:
                document = iam.get_role_policy(RoleName=physical, PolicyName=policy)["PolicyDocument"]
                if isinstance(document, str):  # moto writes a role's own policies as Python does
                    document = ast.literal_eval(document)
                for statement in document["Statement"]:
                    grants += 1
                    found = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
                    faults += [f"{name}: {r}" for r in found if not r.startswith(f"arn:{partition}:")]
        elif kind == "AWS::Lambda::Function":
            variables = functions.get_function_configuration(FunctionName=physical)["Environment"]["Variables"]
            if variables.get("EDGE_SECRET") != (None if name == "Intake" else chosen["EdgeSecret"]):
                faults.append(f"{name} does not know the edge, or need not")
        elif kind == "AWS::DynamoDB::Table":
            table = tables.describe_table(TableName=physical)["Table"]
            if not table["DeletionProtectionEnabled"]:
                faults.append(f"{name} is not protected")
        elif kind == "AWS::S3::Bucket":
            rules = s3.get_bucket_encryption(Bucket=physical)["ServerSideEncryptionConfiguration"]["Rules"]
            if name == "Files" and not rules[0]["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"].startswith("arn:"):
                faults.append(f"{name} has not the key of the stack")
    if faults or not grants:
        raise SystemExit(f"{region}: {grants} grants; {faults}")


def main():
    template, region, *rest = sys.argv[1:]
    logging.disable()  # moto speaks of every resource it does not know; they are listed instead
    lint(template, region)

    from samtranslator.yaml_helper import yaml_parse

    document = yaml_parse(pathlib.Path(template).read_text(encoding="utf-8"))
    chosen = values(document, dict(pair.split("=", 1) for pair in rest))
    translated = translate(document, region, chosen)
    proves(translated, chosen)
    walled(translated)
    made = create(translated, region, chosen)

    unknown, off, fault = {}, [], []
    unsupported = set((HERE / "unsupported.txt").read_text().split())
    for name, resource in translated["Resources"].items():
        if name in made:
            continue
        if resource["Type"] in unsupported:
            unknown.setdefault(resource["Type"], []).append(name)
        elif "Condition" in resource:
            off.append(name)
        else:
            fault.append(f"{name} ({resource['Type']})")
    print(f"{region}: cfn-lint clean, {len(translated['Resources'])} resources translated, {len(made)} created by moto")
    for kind, names in sorted(unknown.items()):
        print(f"  moto left out: {kind:38} {' '.join(names) if len(names) < 5 else len(names)}")
    if off:
        print(f"  not wanted by these parameters: {' '.join(off)}")
    if fault:
        raise SystemExit(f"{region}: moto did not create {fault}, and unsupported.txt does not name the type")


main()
