"""Prints the arguments of each service that runs dibsd; fails when a service needs what no service, volume or line of the
Dockerfile provides. usage: compose.py COMPOSE DOCKERFILE"""
import re
import sys

import yaml

compose = yaml.safe_load(open(sys.argv[1]))
dockerfile = open(sys.argv[2]).read()
services = compose["services"]
bad = []

user = re.findall(r"^USER (\S+)", dockerfile, re.M)
if not user or user[-1] in ("root", "0"):
    bad.append("the image's user has the rights of root")

for name, service in services.items():
    if service["image"] != "dibs":
        continue
    for flag in ("read_only", "cap_drop", "security_opt"):
        if flag not in service:
            bad.append(f"{name}: no {flag}")
    words = service.get("entrypoint", ["dibsd"]) + service["command"]
    for host in re.findall(r"kafka://([^/:]+):", " ".join(words)):
        if host not in services:
            bad.append(f"{name}: no service is called {host}")
    for volume in service.get("volumes", []):
        target = volume.split(":")[1]
        if target not in dockerfile:
            bad.append(f"{name}: {target} is not made, and given to its user, in the Dockerfile")
    if words[0] == "dibsd":
        print(" ".join(words[1:]))
    elif words[0].startswith("/usr/share/dibs/examples/") and "examples /usr/share/dibs/examples" not in dockerfile:
        bad.append(f"{name}: {words[0]} is not in the image")

ranks = [words[words.index("--rank") + 1] if "--rank" in words else "0"
         for words in (s["command"] for s in services.values() if s["image"] == "dibs" and "entrypoint" not in s)]
if len(set(ranks)) != len(ranks) or "0" not in ranks:
    bad.append(f"ranks {ranks}: each its own, one of them 0")
if sum(1 for s in services.values() if "entrypoint" in s) != 2:
    bad.append("there are not two agents")

for line in bad:
    print(line, file=sys.stderr)
sys.exit(bool(bad))
