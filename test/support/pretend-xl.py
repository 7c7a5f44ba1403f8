#!/usr/bin/env python3
"""A pretended xl: as much of Xen 4.17's as a guest's jobs use. State in $PRETEND (a folder); no Xen, no guest.

It does what the real one did where that was tried, its lies included: it ends with 0 where it did nothing, it gives one
disk and one uuid to two domains, and `xl list -l` leaves out a domain whose record it cannot read (uuids in
$PRETEND/unreadable). Called as xenstore-ls it tells the back ends. Where $PRETEND/create.cut is, the next create dies while the boot loader runs.

A domain with a kernel is an "installer": after $PRETEND/installer.seconds (4) it does what $PRETEND/installer says
(reboot, poweroff, crash, hang; deserted: a reboot that its monitor does not live to see), having written a system with
a kernel onto its first disk, half a one when it crashes, nothing where $PRETEND/installer.writes says "nothing". Its
monitor is this very process, forked, as xl's is: its command line is the create.
"""
import json, os, re, sys, time

home = os.environ["PRETEND"]
logs = os.environ["PRETEND_LOGS"]
CPUS = 4

def read(name, default=""):
    try:
        with open(os.path.join(home, name)) as f: return f.read().strip()
    except OSError: return default

def write(name, text):
    with open(os.path.join(home, name + ".new"), "w") as f: f.write(text)
    os.rename(os.path.join(home, name + ".new"), os.path.join(home, name))

def note(*words):
    with open(os.path.join(home, "calls"), "a") as f: f.write(" ".join(words) + "\n")

def fail(text, code=1):
    print(text, file=sys.stderr)
    sys.exit(code)

def domains():
    found = [json.loads(read(n)) for n in os.listdir(home) if re.fullmatch(r"domain\.\d+", n) and read(n)]
    return sorted(found, key=lambda d: d["domid"])

def find(word):
    for d in domains():
        if d["name"] == word or str(d["domid"]) == word: return d
    fail("%s is an invalid domain identifier (rc=-6)" % word)

def keep(d): write("domain.%d" % d["domid"], json.dumps(d))
def drop(d):
    for name in ("domain.%d" % d["domid"], "userdata.%d" % d["domid"], "asked.%d" % d["domid"]):
        try: os.unlink(os.path.join(home, name))
        except OSError: pass

def disk_of(spec):
    keys = dict(part.split("=", 1) for part in spec.split(",") if "=" in part)
    return {"target": keys["target"], "vdev": keys["vdev"], "format": keys.get("format", "raw"), "access": keys.get("access", "rw")}

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
    return {"name": text_of("name"), "uuid": text_of("uuid"), "type": text_of("type", "pv"), "kernel": text_of("kernel"), "bootloader": text_of("bootloader"),
            "memory": memory, "maxmem": number_of("maxmem", memory), "vcpus": vcpus, "maxvcpus": number_of("maxvcpus", vcpus),
            "cpus": text_of("cpus", "all"), "weight": number_of("cpu_weight", 256), "cap": number_of("cap", 0),
            "on_poweroff": text_of("on_poweroff", "destroy"), "on_reboot": text_of("on_reboot", "restart"), "on_crash": text_of("on_crash", "destroy"),
            "state": "-b----", "reason": "-", "disks": [disk_of(s) for s in list_of("disk")], "vifs": [keys(s) for s in list_of("vif")], "extra": text_of("extra")}

def build(config):
    config["domid"] = int(read("next", "1")); write("next", str(config["domid"] + 1)); keep(config); return config

REASONS = {"poweroff": 0, "reboot": 1, "deserted": 1, "crash": 3}

def monitor(d, path):
    # The log keeps the name that the domain was created under, whatever it is called later.
    log = os.path.join(logs, "xl-%s.log" % d["name"])
    open(log, "w").close()
    def tell(line):
        with open(log, "a") as f: f.write(line + "\n")
    begun = time.time()
    while True:
        time.sleep(0.05)
        if not os.path.isdir(home): return
        mine = read("domain.%d" % d["domid"])
        if not mine: tell("Domain %d has been destroyed." % d["domid"]); return
        # A guest that is paused does nothing.
        if '"state": "--p---"' in mine: begun = time.time(); continue
        act = read("asked.%d" % d["domid"])
        if not act and d["kernel"] and time.time() - begun > float(read("installer.seconds", "4")):
            act = read("installer", "reboot")
            if act != "hang" and d["disks"] and read("installer.writes") != "nothing":
                with open(d["disks"][0]["target"], "r+") as f: f.write("half a system" if act == "crash" else "a system with its kernel")
        if not act or act == "hang": continue
        d = json.loads(mine)
        tell("Domain %d has shut down, reason code %d 0x%d" % (d["domid"], REASONS[act], REASONS[act]))
        if act == "deserted": d["state"] = "--psr-"; d["reason"] = "1"; keep(d); return
        action = d["on_" + act]
        tell("Action for shutdown reason code %d is %s" % (REASONS[act], action))
        if action == "preserve":
            d["state"] = {"crash": "---sc-", "reboot": "---sr-"}.get(act, "---s--"); d["reason"] = str(REASONS[act]); keep(d)
            tell("Done. Exiting now"); return
        stored = read("userdata.%d" % d["domid"]); drop(d)
        if action != "restart": tell("Done. Exiting now"); return
        time.sleep(0.3)
        if stored: tell('"xl" configuration found, using it')
        # Live changes are in its record and stay; the pinning is not, and goes.
        d = build(parse(stored) if stored else dict(d, cpus="all")); begun = time.time()

def detail(d):
    b_info = {"max_vcpus": d["maxvcpus"], "avail_vcpus": list(range(d["vcpus"])), "max_memkb": d["maxmem"] * 1024, "target_memkb": d["memory"] * 1024,
              "sched_params": {"sched": "credit2", "weight": d["weight"], "cap": d["cap"]}}
    for key in ("kernel", "bootloader"):
        if d[key]: b_info[key] = d[key]
    config = {"c_info": {"type": d["type"], "name": d["name"], "uuid": d["uuid"]}, "b_info": b_info}
    # What is at its default is left out, and so is an empty list.
    if d["disks"]: config["disks"] = [{"pdev_path": k["target"], "vdev": k["vdev"], "format": k["format"], "readwrite": int(k["access"] in ("rw", "w"))} for k in d["disks"]]
    if d["vifs"]: config["nics"] = [{"devid": i, "mac": k["mac"], "bridge": k["bridge"]} for i, k in enumerate(d["vifs"])]
    for key in ("on_poweroff", "on_reboot", "on_crash"):
        if d[key] != "destroy": config[key] = d[key].replace("-", "_")
    return {"domid": d["domid"], "config": config}

def rows(all_of_them, with_dom0, verbose):
    print("Name                                        ID   Mem VCPUs\tState\tTime(s)" + ("   UUID                            Reason-Code\tSecurity Label" if verbose else ""))
    def row(name, domid, memory, vcpus, state, uuid, reason):
        line = "%-40s %5d %5d %5d     %s %8.1f" % (name, domid, memory, vcpus, state, 1.0 if memory else 0.0)
        print(line + (" %s %8s %16s" % (uuid, reason, "-") if verbose else ""))
    if with_dom0: row("Domain-0", 0, 1024, 2, "r-----", "00000000-0000-0000-0000-000000000000", "-")
    for d in all_of_them: row(d["name"], d["domid"], d["memory"], d["vcpus"], d["state"], d["uuid"], d["reason"])

if os.path.basename(sys.argv[0]) == "xenstore-ls":
    for d in domains():
        for i, k in enumerate(d["disks"]):
            place = "/local/domain/0/backend/vbd/%d/%d" % (d["domid"], 51712 + 16 * i)
            print('%s/params = "%s"\n%s/mode = "%s"' % (place, k["target"], place, "w" if k["access"] in ("rw", "w") else "r"))
        for i, k in enumerate(d["vifs"]): print('/local/domain/0/backend/vif/%d/%d/mac = "%s"' % (d["domid"], i, k["mac"]))
    sys.exit(0)

command, args = sys.argv[1], [a for a in sys.argv[2:] if a != "-q"]
if command not in ("list", "info", "domid", "block-list", "vcpu-list"): note(command, *args)
if read("broken"): fail(read("broken"))
if command == "list" and args[:1] == ["-l"]:
    lost = read("unreadable").split()
    shown = [find(args[1])] if args[1:] else domains()
    print(json.dumps([detail(d) for d in shown if d["uuid"] not in lost and d["memory"]], indent=4))
elif command == "list":
    names = [a for a in args if not a.startswith("-")]
    rows([find(names[0])] if names else domains(), not names, "-v" in args)
elif command == "info":
    print("nr_cpus                : %d\nvirt_caps              : pv\ntotal_memory           : 4096\nfree_memory            : 2048\nxen_version            : 4.17.7\nxen_scheduler          : credit2" % CPUS)
elif command == "domid": print(find(args[0])["domid"])
elif command == "create":
    if read("create.fails"):
        left = read("create.fails").split("\n"); write("create.fails", "\n".join(left[1:])); fail(left[0], 3)
    path = [a for a in args if not a.startswith("-")][0]
    config = parse(path)
    if "-p" in args: config["state"] = "--p---"
    if any(d["name"] == config["name"] for d in domains()):
        fail('libxl: error: Domain with name "%s" already exists.' % config["name"], 3)
    for disk in config["disks"]:
        if not os.path.exists(disk["target"]): fail("libxl: error: Disk vdev=%s failed to stat: %s: No such file or directory" % (disk["vdev"], disk["target"]), 3)
    write("bootloader-user", os.environ.get("LIBXL_BOOTLOADER_USER", "none"))
    if read("create.cut"):
        write("create.cut", "")
        build(dict(config, memory=0, vcpus=0, state="--p---")); os.kill(os.getpid(), 9)
    d = build(config)
    if os.fork() == 0:
        os.setsid()
        for n in (0, 1, 2): os.dup2(os.open(os.devnull, os.O_RDWR), n)
        monitor(d, path); os._exit(0)
elif command == "config-update":
    d = find(args[0]); write("userdata.%d" % d["domid"], args[1]); print("WARNING: avoid using this command when possible", file=sys.stderr)
elif command in ("shutdown", "reboot"):
    d = find(args[0])
    if "s" in d["state"]: fail("libxl: error: guest didn't acknowledge control request: -9")
    if not read("deaf"): write("asked.%d" % d["domid"], "poweroff" if command == "shutdown" else "reboot")
elif command == "destroy": drop(find(args[0]))
elif command == "pause": d = find(args[0]); d["state"] = "--p---"; keep(d)
elif command == "unpause":
    d = find(args[0])
    if d["state"] != "--p---": print("Unpausing domain: Invalid argument", file=sys.stderr)
    else: d["state"] = "-b----"; keep(d)
elif command == "rename":
    d = find(args[0])
    if any(other["name"] == args[1] and other["domid"] != d["domid"] for other in domains()): fail('libxl: error: Domain with name "%s" already exists.' % args[1])
    d["name"] = args[1]; keep(d)
elif command == "mem-set":
    d = find(args[0]); d["memory"] = int(args[1].rstrip("m"))
    if d["memory"] > d["maxmem"]: fail("memory_dynamic_max must be less than or equal to memory_static_max")
    keep(d)
elif command == "vcpu-set":
    d = find(args[0]); d["vcpus"] = int(args[1])
    if d["vcpus"] > d["maxvcpus"]: fail("Requested %d VCPUs, however maxcpus is %d!: Function not implemented" % (d["vcpus"], d["maxvcpus"]))
    keep(d)
elif command == "vcpu-list":
    print("Name                                ID  VCPU   CPU State   Time(s) Affinity (Hard / Soft)")
    print("Domain-0                             0     0    0   -b-      91.0  all / all") if not args else None
    for d in ([find(args[0])] if args else domains()):
        for i in range(d["maxvcpus"]):
            place = "%4d   -b-" % i if i < d["vcpus"] else "   -   --p"
            pinned = d["cpus"] if isinstance(d["cpus"], str) else d["cpus"][i]
            print("%-32s %5d %5d %s  %8.1f  %s / all" % (d["name"], d["domid"], i, place, 6.3, pinned))
elif command == "vcpu-pin":
    d = find(args[0])
    # Nothing changes, and it ends with 0.
    if any(int(n) >= CPUS for n in re.findall(r"\d+", args[2])): print("libxl: error: Unable to set vcpu affinity: Invalid argument", file=sys.stderr)
    elif args[1] == "all": d["cpus"] = args[2]; keep(d)
    else: d["cpus"] = [args[2] if str(i) == args[1] else d["cpus"] for i in range(d["maxvcpus"])]; keep(d)
elif command == "sched-credit2":
    d = find(args[args.index("-d") + 1])
    for flag, key in (("-w", "weight"), ("-c", "cap")):
        if flag in args: d[key] = int(args[args.index(flag) + 1])
    if not 1 <= d["weight"] <= 65535: fail("Cpu weight out of range, valid values are within range from 1 to 65535")
    keep(d)
elif command == "sched-credit": fail("Getting domain sched credit: Invalid argument")
elif command == "block-attach":
    d = find(args[0]); disk = disk_of(args[1])
    if any(k["vdev"] == disk["vdev"] for k in d["disks"]): fail("libxl: error: device already exists in xenstore")
    if not os.path.exists(disk["target"]): fail("libxl: error: Disk vdev=%s failed to stat: %s: No such file or directory" % (disk["vdev"], disk["target"]))
    d["disks"].append(disk); keep(d)
elif command == "block-list":
    print("Vdev  BE  handle state evt-ch ring-ref BE-path")
    for k in find(args[0])["disks"]: print("51712 0   1      %s     8      8        /local/domain/0/backend/vbd/1/51712" % (read("disk.state") or "4"))
elif command == "block-detach": d = find(args[0]); d["disks"] = [k for k in d["disks"] if k["vdev"] != args[1]]; keep(d)
elif command == "network-attach": d = find(args[0]); d["vifs"].append(dict(p.split("=", 1) for p in args[1:])); keep(d)
elif command == "network-detach": d = find(args[0]); d["vifs"] = [k for k in d["vifs"] if k["mac"] != args[1]]; keep(d)
elif command == "crash": write("asked.%d" % find(args[0])["domid"], "crash")  # Not a word of the real one: the guest's own doing.
else: fail("command not implemented")
