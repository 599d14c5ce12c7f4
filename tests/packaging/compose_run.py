"""Runs what docker-compose.yml says without an engine: Kafka with the settings of its environment, each service of the image
`dibs` in a chroot of it, as its user, with its command line, environment, volumes and health check, started in the order of
depends_on. The agents must do the whole list between them, nothing twice.

In network and mount namespaces of its own, where `kafka` is a name of the loopback interface; all services share it, so
that each dibsd gets an --http port of its own. Needs root, java and maven. usage: compose_run.py COMPOSE IMAGE_FOLDER USER"""
import ctypes
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import yaml

CLONE_NEWNS, CLONE_NEWNET, PR_SET_PDEATHSIG = 0x20000, 0x40000000, 1
libc = ctypes.CDLL(None, use_errno=True)
root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
compose = yaml.safe_load(open(sys.argv[1]))
services = compose["services"]
image, user = os.path.abspath(sys.argv[2]), sys.argv[3]
work = tempfile.mkdtemp()
running = {}


def must(result, what):
    if result != 0:
        sys.exit(f"{what}: {os.strerror(ctypes.get_errno())}")


def run(*command):
    subprocess.run(command, check=True)


def enter_namespaces():
    must(libc.unshare(CLONE_NEWNS | CLONE_NEWNET), "unshare")
    run("mount", "--make-rprivate", "/")
    run("ip", "link", "set", "lo", "up")
    hosts = os.path.join(work, "hosts")
    with open(hosts, "w") as file:
        file.write(f"127.0.0.1 localhost kafka {socket.gethostname()}\n")
    run("mount", "--bind", hosts, "/etc/hosts")
    shutil.copy(hosts, image + "/etc/hosts")


def die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def start_kafka(service):
    settings = {name[6:].lower().replace("_", "."): value for name, value in service["environment"].items()}
    settings["log.dirs"] = os.path.join(work, "kafka")
    path = os.path.join(work, "server.properties")
    with open(path, "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in settings.items())
    tool = [root + "/tools/broker", "tool"]
    subprocess.run([*tool, "kafka-storage", "format", "-t", "AAAAAAAAAAAAAAAAAAAAAQ", "-c", path], check=True,
                   stdout=subprocess.DEVNULL)
    log = open(os.path.join(work, "kafka.log"), "w")
    return subprocess.Popen([*tool, "kafka-server-start", path], stdout=log, stderr=log, preexec_fn=die_with_parent)


def in_image(name, command, environment=None, **options):
    """The command in a chroot of the image with the service's volumes, as its user."""
    service = services[name]
    mounts = [f"mount -t proc proc {image}/proc", f"mount --rbind /dev {image}/dev"]
    for volume in service.get("volumes", []):
        source, target, *mode = volume.split(":")
        folder = os.path.join(work, "volume-" + source)
        if not os.path.isdir(folder):  # as an engine does: what stands in the image goes with it, owner and mode
            shutil.copytree(image + target, folder)
            status = os.stat(image + target)
            os.chown(folder, status.st_uid, status.st_gid)
        mounts.append(f"mount --bind {folder} {image}{target}")
        if mode == ["ro"]:
            mounts.append(f"mount -o remount,bind,ro {image}{target}")
    for target in service.get("tmpfs", []):
        mounts.append(f"mount -t tmpfs tmpfs {image}{target}")
    if service.get("read_only"):
        mounts.insert(0, f"mount --bind {image} {image} && mount -o remount,bind,ro {image}")
    script = " && ".join(mounts) + f' && exec chroot --userspec={user} {image} /usr/bin/env -i "$@"'
    variables = [f"{key}={value}" for key, value in {
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/var/lib/dibs", **service.get("environment", {}),
        **(environment or {})}.items()]
    return subprocess.Popen(["unshare", "--mount", "sh", "-c", script, "sh", *variables, *command],
                            preexec_fn=die_with_parent, **options)


def health_check(name, port):
    """As the Dockerfile has it, with this service's port."""
    if name == "kafka":
        return subprocess.call([root + "/tools/broker", "tool", "kafka-topics", "--bootstrap-server", "localhost:9092", "--list"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    text = re.search(r"^HEALTHCHECK .*? CMD (\[.*\])$", open(os.path.join(root, "Dockerfile")).read(), re.M).group(1)
    command = [word.replace("/7420", f"/{port}") for word in json.loads(text)]
    return in_image(name, command, stderr=subprocess.DEVNULL).wait() == 0


def wait_healthy(name, port):
    for _ in range(150):
        if running[name].poll() is not None:
            break
        if health_check(name, port):
            return
        time.sleep(0.2)
    sys.exit(f"{name} is not healthy: {open(os.path.join(work, name + '.log')).read()[-2000:]}")


def start_dibsd(name, port):
    command = ["dibsd", *services[name]["command"], "--http", f"127.0.0.1:{port}"]
    running[name] = in_image(name, command, stderr=open(os.path.join(work, name + ".log"), "w"))
    wait_healthy(name, port)


def race(agents):
    """Each agent's line is printed; how much they did together, and the whole."""
    processes = [in_image(name, services[name]["entrypoint"] + services[name]["command"], stdout=subprocess.PIPE, text=True)
                 for name in agents]
    did, whole = 0, None
    for process in processes:
        said = process.communicate()[0]
        print(said, end="")
        found = re.search(r"did (\d+) of (\d+)", said)
        if process.returncode != 0 or not found:
            sys.exit("an agent failed")
        did, whole = did + int(found.group(1)), int(found.group(2))
    return did, whole


def main():
    enter_namespaces()
    running["kafka"] = start_kafka(services["kafka"])
    wait_healthy("kafka", 0)
    daemons = [name for name, service in services.items() if service["image"] == "dibs" and "entrypoint" not in service]
    for port, name in enumerate(sorted(daemons, key=lambda name: len(services[name].get("depends_on", {}).get("coordinator", {}))),
                                7420):
        start_dibsd(name, port)
    did, whole = race([name for name, service in services.items() if "entrypoint" in service])
    for name in daemons:
        if running[name].poll() is not None:
            sys.exit(f"{name} has ended")
        running[name].terminate()
        if running[name].wait(30) != 0:
            sys.exit(f"{name} did not stop in good order")
    return 0 if did == whole else f"the agents did {did} of {whole}"


try:
    ended = main()
finally:
    for process in running.values():
        process.kill()
        process.wait()
    shutil.rmtree(work, ignore_errors=True)
sys.exit(ended)
