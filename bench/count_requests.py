"""Runs a program and writes down how many requests it sent to the jsii kernel: one for each constructor, method, property and constant of the CDK."""

import json
import os
import runpy
import sys

from jsii._kernel.providers import process

requests = 0
send = process._NodeProcess.send


def counted(*arguments):
    global requests
    requests += 1
    return send(*arguments)


process._NodeProcess.send = counted
runpy.run_path(sys.argv[1], run_name="__main__")
with open(os.environ["BENCH_RESULT"], "w") as file:
    json.dump({"requests": requests}, file)
