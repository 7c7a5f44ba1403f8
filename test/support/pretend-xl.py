#!/usr/bin/env python3
"""A pretended xl: as much of Xen 4.17's as a guest's jobs use. State in $PRETEND (a folder); no Xen, no guest.

A domain with a kernel is an "installer": after $PRETEND/installer.seconds (4) it does what $PRETEND/installer says
(reboot, poweroff, crash, hang; deserted: a reboot that its monitor does not live to see). Its monitor is this very process, forked, as xl's is: its command line is the create.
"""
import json, os, re, sys, time

home = os.environ["PRETEND"]
logs = os.environ["PRETEND_LOGS"]

def read(name, default=""):
    try:
        with open(os.path.join(home, name)) as f: return f.read().strip()
    except OSError: return default

def write(name, text):
    with open(os.path.join(home, name + ".new"), "w") as f: f.write(text)
    os.rename(os.path.join(home, name + ".new"), os.path.join(home, name))

def note(*words):
    with open(os.path.join(home, "calls"), "a") as f: f.write(" ".join(words) + "\n")

def domains():
    found = [json.loads(read(n)) for n in os.listdir(home) if re.fullmatch(r"domain\.\d+", n) and read(n)]
    return sorted(found, key=lambda d: d["domid"])

def find(word):
    for d in domains():
        if d["name"] == word or str(d["domid"]) == word: return d
    print("%s is an invalid domain identifier (rc=-6)" % word, file=sys.stderr)
    sys.exit(1)

def keep(d): write("domain.%d" % d["domid"], json.dumps(d))
def drop(d):
    for name in ("domain.%d" % d["domid"], "userdata.%d" % d["domid"]):
        try: os.unlink(os.path.join(home, name))
        except OSError: pass

def parse(path):
    with open(path) as f: text = f.read()
    def text_of(key, default=""):
        m = re.search(r'^%s = "(.*)"$' % key, text, re.M); return m.group(1) if m else default
    def number_of(key, default):
        m = re.search(r"^%s = (\d+)$" % key, text, re.M); return int(m.group(1)) if m else default
    def list_of(key):
        m = re.search(r"^%s = \[(.*?)\]$" % key, text, re.M | re.S); return re.findall(r'"(.*?)"', m.group(1)) if m else []
    memory = number_of("memory", 512); vcpus = number_of("vcpus", 1)
    def keys(spec): return dict(part.split("=", 1) for part in spec.split(",") if "=" in part)
    return {"name": text_of("name"), "uuid": text_of("uuid"), "kernel": text_of("kernel"), "bootloader": text_of("bootloader"),
            "memory": memory, "maxmem": number_of("maxmem", memory), "vcpus": vcpus, "maxvcpus": number_of("maxvcpus", vcpus),
            "on_reboot": text_of("on_reboot", "restart"), "state": "-b----",
            "disks": [keys(s) for s in list_of("disk")], "vifs": [keys(s) for s in list_of("vif")], "extra": text_of("extra")}

def build(config):
    config["domid"] = int(read("next", "1")); write("next", str(config["domid"] + 1)); keep(config); return config

def monitor(d, path):
    log = os.path.join(logs, "xl-%s.log" % d["name"])
    open(log, "w").close()
    def tell(line):
        with open(log, "a") as f: f.write(line + "\n")
    begun = time.time()
    while True:
        time.sleep(0.05)
        if not os.path.isdir(home): return
        if not os.path.exists(os.path.join(home, "domain.%d" % d["domid"])): tell("Domain %d has been destroyed." % d["domid"]); return
        act = read("asked.%d" % d["domid"])
        if not act and d["kernel"] and time.time() - begun > float(read("installer.seconds", "4")): act = read("installer", "reboot")
        if not act or act == "hang": continue
        tell("Domain %d has shut down, reason code %d" % (d["domid"], {"poweroff": 0, "reboot": 1, "deserted": 1, "crash": 3}[act]))
        if act == "deserted": d["state"] = "--psr-"; keep(d); return
        stored = read("userdata.%d" % d["domid"]); drop(d)
        if act != "reboot" or d["on_reboot"] != "restart": return
        time.sleep(0.3)
        if stored: tell('"xl" configuration found, using it')
        d = build(parse(stored or path)); begun = time.time()

command, args = sys.argv[1], [a for a in sys.argv[2:] if a != "-q"]
if command not in ("list", "info", "domid", "block-list"): note(command, *args)
if read("broken"): print(read("broken"), file=sys.stderr); sys.exit(1)
if command == "list" and args[:1] == ["-l"]:
    print(json.dumps([{"domid": d["domid"], "config": {
        "c_info": {"type": "pv", "name": d["name"], "uuid": d["uuid"]},
        "b_info": dict({"max_vcpus": d["maxvcpus"], "avail_vcpus": list(range(d["vcpus"])), "max_memkb": d["maxmem"] * 1024,
            "target_memkb": d["memory"] * 1024}, **({"kernel": d["kernel"]} if d["kernel"] else {}), **({"bootloader": d["bootloader"]} if d["bootloader"] else {})),
        "disks": [{"pdev_path": k["target"], "vdev": k["vdev"], "format": k["format"], "readwrite": int(k["access"] == "rw")} for k in d["disks"]],
        "nics": [{"devid": i, "mac": k["mac"], "bridge": k["bridge"]} for i, k in enumerate(d["vifs"])]}}
        for d in ([find(args[1])] if args[1:] else domains())], indent=4))
elif command == "list":
    print("Name                                        ID   Mem VCPUs\tState\tTime(s)")
    print("Domain-0                                     0  1024     2     r-----     9.9") if not args else None
    for d in ([find(args[0])] if args else domains()):
        print("%-40s %5d %5d %5d     %s %8.1f" % (d["name"], d["domid"], d["memory"], d["vcpus"], d["state"], 1.0))
elif command == "info":
    print("nr_cpus                : 4\nvirt_caps              : pv\ntotal_memory           : 4096\nfree_memory            : 2048\nxen_version            : 4.17.7")
elif command == "domid": print(find(args[0])["domid"])
elif command == "create":
    if read("create.fails"):
        left = read("create.fails").split("\n"); write("create.fails", "\n".join(left[1:])); print(left[0], file=sys.stderr); sys.exit(3)
    config = parse(args[0])
    if any(d["name"] == config["name"] for d in domains()):
        print('libxl: error: Domain with name "%s" already exists.' % config["name"], file=sys.stderr); sys.exit(3)
    write("bootloader-user", os.environ.get("LIBXL_BOOTLOADER_USER", "none"))
    d = build(config)
    if os.fork() == 0:
        os.setsid()
        for n in (0, 1, 2): os.dup2(os.open(os.devnull, os.O_RDWR), n)
        monitor(d, args[0]); os._exit(0)
elif command == "config-update":
    d = find(args[0]); write("userdata.%d" % d["domid"], args[1]); print("WARNING: avoid using this command when possible", file=sys.stderr)
elif command in ("shutdown", "reboot"):
    d = find(args[0])
    if not read("deaf"): write("asked.%d" % d["domid"], "poweroff" if command == "shutdown" else "reboot")
elif command == "destroy": drop(find(args[0]))
elif command == "mem-set":
    d = find(args[0]); d["memory"] = int(args[1].rstrip("m"))
    if d["memory"] > d["maxmem"]: print("memory_dynamic_max must be less than or equal to memory_static_max", file=sys.stderr); sys.exit(1)
    keep(d)
elif command == "vcpu-set": d = find(args[0]); d["vcpus"] = int(args[1]); keep(d)
elif command == "vcpu-list": print("Name                                ID  VCPU   CPU State   Time(s) Affinity (Hard / Soft)")
elif command == "vcpu-pin": find(args[0])
elif command == "block-attach": d = find(args[0]); d["disks"].append(dict(p.split("=", 1) for p in args[1].split(","))); keep(d)
elif command == "block-list":
    print("Vdev  BE  handle state evt-ch ring-ref BE-path")
    for k in find(args[0])["disks"]: print("51712 0   1      %s     8      8        /local/domain/0/backend/vbd/1/51712" % (read("disk.state") or "4"))
elif command == "block-detach": d = find(args[0]); d["disks"] = [k for k in d["disks"] if k["vdev"] != args[1]]; keep(d)
elif command == "network-attach": d = find(args[0]); d["vifs"].append(dict(p.split("=", 1) for p in args[1:])); keep(d)
elif command == "network-detach": d = find(args[0]); d["vifs"] = [k for k in d["vifs"] if k["mac"] != args[1]]; keep(d)
else: print("command not implemented", file=sys.stderr); sys.exit(1)
