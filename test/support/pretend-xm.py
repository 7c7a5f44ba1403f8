#!/usr/bin/env python3
"""A pretended xm and xend: as much of 4.2.5's as a guest's jobs use, in the words that the real ones said (test/golden/xm-4.2.5;
test/contract/toolstack/xm-words.test.ts holds this against them). State in $PRETEND (a folder); no Xen, no guest.

Its lies are the real ones': it ends with 0 for a CPU that is not there, leaves a dead device where an attach failed, passes on a cap
of -1 where none is named, loses a guest that reboots within a minute. A domain with a kernel is an "installer": after
$PRETEND/installer.seconds (4) it does what $PRETEND/installer says (reboot, poweroff, crash, hang), having written a system with
a kernel onto its first disk. Time passes when it is called. Where $PRETEND/broken is, xend does not run.
"""
import ast, json, os, re, sys, time

home = os.environ["PRETEND"]
log = os.path.join(os.environ["PRETEND_LOGS"], "xend.log")
CPUS = 2
ACTS = {"poweroff": "on_poweroff", "reboot": "on_reboot", "crash": "on_crash"}
USAGE = {
    "create": "xm create <ConfigFile> [options] [vars]",
    "sched-credit": "xm sched-credit [-d <Domain> [-w[=WEIGHT]|-c[=CAP]]]",
    "mem-set": "xm mem-set <Domain> <Mem>\n\nSet the current memory usage for a domain.",
    "vcpu-set": "xm vcpu-set <Domain> <vCPUs>\n\nSet the number of active VCPUs for allowed for the domain.",
    "block-attach": "xm block-attach <Domain> <BackDev> <FrontDev> <Mode> [BackDomain]\n\nCreate a new virtual block device.",
    "block-detach": "xm block-detach <Domain> <DevId> [-f|--force]\n\nDestroy a domain's virtual block device.",
    "network-attach": "xm network-attach <Domain> [type=<type>] [mac=<mac>] [bridge=<bridge>] [ip=<ip>] [script=<script>] [backend=<BackDomain>] [vifname=<name>] [rate=<rate>] [model=<model>][accel=<accel>]\n\nCreate a new virtual network device.",
    "network-detach": "xm network-detach <Domain> <DevId|mac> [-f|--force]\n\nDestroy a domain's virtual network device.\n",
    "destroy": "xm destroy <Domain>\n\nTerminate a domain immediately.",
}

def read(name, default=""):
    try:
        with open(os.path.join(home, name)) as f: return f.read().strip()
    except OSError: return default

def write(name, text):
    with open(os.path.join(home, name + ".new"), "w") as f: f.write(text)
    os.rename(os.path.join(home, name + ".new"), os.path.join(home, name))

def fail(text, code=1, usage=None):
    print("Error: " + text, file=sys.stderr)
    if usage: print("Usage: %s" % USAGE[usage])
    sys.exit(code)

def domains():
    found = [json.loads(read(n)) for n in os.listdir(home) if re.fullmatch(r"domain\.\d+", n) and read(n)]
    return sorted(found, key=lambda d: d["name"])

def keep(d): write("domain.%d" % d["domid"], json.dumps(d))
def drop(d):
    try: os.unlink(os.path.join(home, "domain.%d" % d["domid"]))
    except OSError: pass
def next_id():
    domid = int(read("next", "1")); write("next", str(domid + 1))
    return domid

def find(word):
    for d in domains():
        if word in (d["name"], str(d["domid"]), d["uuid"]): return d
    fail("Domain '%s' does not exist." % word, 3)

def tell(line):
    with open(log, "a") as f: f.write("[2026-11-28 20:00:00 45] INFO (XendDomainInfo:2079) %s\n" % line)

# ---- what happens meanwhile
def ended(d, act):
    if act == "crash": tell("Domain has crashed: name=%s id=%d." % (d["name"], d["domid"]))
    else: tell("Domain has shutdown: name=%s id=%d reason=%s." % (d["name"], d["domid"], act))
    action = d[ACTS[act]]
    if action == "preserve":
        d.update(state="---sc-" if act == "crash" else "---s--", asked=None, kernel=""); keep(d); return
    drop(d)
    if action == "restart" and time.time() - d["started"] >= float(read("restart.seconds", "60")):
        keep(dict(d, domid=next_id(), started=time.time(), asked=None, state="-b----"))

def pass_time():
    for d in domains():
        if "p" in d["state"] or "s" in d["state"]: continue
        if d["asked"] and time.time() - d["asked"][1] > 0.5:
            if not read("deaf"): ended(d, d["asked"][0])
            continue
        act = read("installer", "reboot")
        if d["kernel"] and act != "hang" and time.time() - d["started"] > float(read("installer.seconds", "4")):
            if read("installer.writes") != "nothing":
                with open(d["disks"][0]["uname"].split(":", 1)[1], "r+") as f: f.write("half a system" if act == "crash" else "a system with its kernel")
            ended(d, act)

# ---- what it prints
HEAD = "Name                                        ID   Mem VCPUs      State   Time(s)"
ZERO = {"domid": 0, "name": "Domain-0", "memory": 512, "vcpus": 2, "online": 2, "state": "r-----", "cpus": None}
def row(d): print("%-40s %5d %5d %5d %10s %8.1f" % (d["name"], d["domid"], d["memory"], d["online"], d["state"], 1.2 if d["domid"] else 31.1))

DOM0 = """(domain
    (domid 0)
    (cpu_weight 256)
    (cpu_cap 0)
    (pool_name Pool-0)
    (bootloader '')
    (vcpus 2)
    (cpus ((0 1) (0 1)))
    (on_poweroff destroy)
    (on_crash restart)
    (uuid 00000000-0000-0000-0000-000000000000)
    (bootloader_args '')
    (name Domain-0)
    (on_reboot restart)
    (maxmem 16777215)
    (memory 512)
    (shadow_memory 0)
    (features '')
    (on_xend_start ignore)
    (on_xend_stop ignore)
    (cpu_time 31.1)
    (online_vcpus 2)
    (image (linux (kernel '') (superpages 0) (nomigrate 0) (tsc_mode 0)))
    (status 2)
    (state r-----)
)"""

def broken(key, value, indent):
    # A list that is wider than the page takes a line for each of its items.
    one = "%s(%s %s)" % (" " * indent, key, value)
    return one if len(one) <= 79 else "%s(%s\n%s%s\n%s)" % (" " * indent, key, " " * (indent + 4), value, " " * indent)

def long(d):
    built = not d.get("unbuilt")
    lines = ["(domain", "    (domid %d)" % d["domid"], "    (cpu_weight %d)" % d["weight"], "    (cpu_cap %d)" % max(d["cap"], 0), "    (pool_name Pool-0)"]
    lines.append(broken("bootloader", d["bootloader"] or "''", 4))
    lines += ["    (vcpus %d)" % d["vcpus"], "    (cpus (%s))" % " ".join(["()"] * d["vcpus"]), "    (on_poweroff %s)" % d["on_poweroff"], "    (description '')",
              "    (on_crash %s)" % d["on_crash"], "    (uuid %s)" % d["uuid"]]
    lines.append("    (bootloader_args %s)" % ("-q" if d["bootloader"] else "''"))
    lines += ["    (name %s)" % d["name"], "    (on_reboot %s)" % d["on_reboot"], "    (maxmem %d)" % d["maxmem"], "    (memory %d)" % d["memory"], "    (shadow_memory 0)",
              "    (features '')", "    (on_xend_start ignore)", "    (on_xend_stop ignore)"]
    if built: lines.append("    (start_time %.2f)" % d["started"])
    lines += ["    (cpu_time 1.2)", "    (online_vcpus %d)" % d["online"], "    (image", "        (linux", broken("kernel", d["kernel"] or "''", 12)]
    if d["ramdisk"]: lines.append(broken("ramdisk", d["ramdisk"], 12))
    lines += ["            (superpages 0)", "            (videoram 4)", "            (pci ())", "            (nomigrate 0)", "            (tsc_mode 0)"]
    if built: lines.append("            (notes (XEN_VERSION xen-3.0) (GUEST_OS linux))")
    lines += ["        )", "    )", "    (status %d)" % (2 if built and d["state"] != "--p---" else 1), "    (state %s)" % d["state"]]
    if built: lines += ["    (store_mfn 2547788)", "    (console_mfn 2547787)"]
    for k in d["vifs"]:
        if k.get("dead"): continue
        lines += ["    (device", "        (vif"] + ["            (%s %s)" % (key, k[key]) for key in ("bridge",) if key in k]
        lines += ["            (uuid 80b59d2c-7988-ccf0-290d-f0aa8105fdca)", "            (script /etc/xen/scripts/vif-bridge)"]
        lines += ["            (%s %s)" % (key, k[key]) for key in ("ip", "mac") if key in k] + ["            (backend 0)", "        )", "    )"]
    lines += ["    (device", "        (console", "            (protocol vt100)", "            (location 20)", "            (uuid cb5c1d9a-ede2-098f-b19e-2298bbc5df2e)", "        )", "    )"]
    # In no order: a Python dictionary is behind it.
    for k in sorted(d["disks"], key=lambda k: k["uname"].startswith("file:")):
        if k.get("dead"): continue
        lines += ["    (device", "        (%s" % ("tap2" if k["uname"].startswith("tap2:") else "tap" if k["uname"].startswith("tap:") else "vbd"), "            (protocol x86_64-abi)",
                  "            (uuid 416f1470-b168-70f7-7368-9d9f8cab1096)", "            (bootable %d)" % int(k is d["disks"][0]), "            (dev %s:disk)" % k["dev"],
                  broken("uname", k["uname"], 12), "            (mode %s)" % k["mode"], "            (backend 0)", "            (VDI '')", "        )", "    )"]
    print("\n".join(lines + [")"]))

def number(dev): return 51712 + 16 * (ord(dev[3]) - ord("a"))

def build(path):
    if not os.path.exists(path): fail("Unable to open config file: " + path, 1, "create")
    c = {}
    with open(path) as f:
        for line in ast.parse(f.read()).body: c[line.targets[0].id] = ast.literal_eval(line.value)
    for d in domains():
        if d["name"] == c["name"]: fail("Domain '%s' already exists with ID '%d'" % (d["name"], d["domid"]))
    domid = next_id()
    def disk(text):
        fields = text.split(",")
        # xl's newer form is a device name to it.
        return {"uname": fields[0], "dev": fields[1], "mode": fields[2]}
    disks = [disk(t) for t in c.get("disk", [])]
    if c.get("bootloader") and not os.path.exists(disks[0]["uname"].split(":", 1)[-1]): fail("Disk isn't accessible")
    for k in disks:
        file = k["uname"].split(":", 1)[-1]
        if not os.path.exists(file): fail("Device %d (vbd) could not be connected. %s does not exist." % (number(k["dev"]), file))
    vifs = [dict(p.split("=", 1) for p in t.split(",")) for t in c.get("vif", [])]
    for i, k in enumerate(vifs): has_bridge(k, i)
    vcpus = c.get("maxvcpus", c.get("vcpus", 1))
    return {"domid": domid, "name": c["name"], "uuid": c["uuid"], "kernel": c.get("kernel", ""), "ramdisk": c.get("ramdisk", ""), "bootloader": c.get("bootloader", ""),
            "memory": c.get("memory", 128), "maxmem": c.get("maxmem", c.get("memory", 128)), "vcpus": vcpus, "online": c.get("vcpus", 1), "cpus": affinity(c.get("cpus", "all")),
            "weight": c.get("cpu_weight", 256), "cap": c.get("cpu_cap", 0), "on_poweroff": c.get("on_poweroff", "destroy"), "on_reboot": c.get("on_reboot", "restart"),
            "on_crash": c.get("on_crash", "restart"), "disks": disks, "vifs": vifs, "state": "-b----", "started": time.time(), "asked": None}

def has_bridge(k, index, usage=None):
    if "bridge" in k and not os.path.isdir(os.path.join(os.environ["PRETEND_NET"], k["bridge"], "bridge")):
        fail("Device %d (vif) could not be connected. Could not find bridge device %s" % (index, k["bridge"]), 1, usage)

def affinity(text):
    if text == "all": return "any cpu"
    there = set()
    for part in text.split(","):
        first, _, last = part.lstrip("^").partition("-")
        cpus = set(range(int(first), int(last or first) + 1))
        there = there - cpus if part.startswith("^") else there | cpus
    there &= set(range(CPUS))
    return "no cpus" if not there else "any cpu" if len(there) == CPUS else ",".join(map(str, sorted(there)))

def devices(d, kind, head, line):
    if not d[kind]: return
    print(head)
    for i, k in enumerate(d[kind]):
        if not k.get("hidden"): print(line(i, k))

if os.path.basename(sys.argv[0]) == "xenstore-ls":
    for d in domains():
        for k in d["disks"]:
            place = "/local/domain/0/backend/vbd/%d/%d" % (d["domid"], number(k["dev"]))
            print('%s/params = "%s"\n%s/mode = "%s"' % (place, k["uname"].split(":", 1)[-1], place, k["mode"]))
        for i, k in enumerate(d["vifs"]): print('/local/domain/0/backend/vif/%d/%d/mac = "%s"' % (d["domid"], i, k["mac"]))
    sys.exit(0)

command, args = sys.argv[1], [a for a in sys.argv[2:] if a != "-q"]
if command not in ("list", "info", "vcpu-list", "block-list", "network-list") and not (command == "sched-credit" and len(args) < 3):
    with open(os.path.join(home, "calls"), "a") as f: f.write(" ".join([command] + args) + "\n")
if read("broken"): fail("Unable to connect to xend: %s. Is xend running?" % read("broken"))
pass_time()
if command == "list":
    names = [a for a in args if a != "-l"]
    shown = [ZERO if n == "0" else find(n) for n in names] if names else [ZERO] + domains()
    if "-l" in args:
        for d in shown: print(DOM0) if d["domid"] == 0 else long(d)
    else:
        print(HEAD)
        for d in shown: row(d)
elif command == "info":
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "xm-info.txt")) as f: sys.stdout.write(f.read())
elif command == "vcpu-list":
    print("Name                                ID  VCPU   CPU State   Time(s) CPU Affinity")
    for d in ([find(args[0])] if args else [ZERO] + domains()):
        for i in range(d["vcpus"]):
            there = i < d["online"]
            print("%-32s %5d %5d %5s %5s %9.1f %s" % (d["name"], d["domid"], i, i if there else "-", ("r--" if not d["domid"] else "-b-") if there else "--p", 5.0, d["cpus"] or "any cpu"))
elif command == "create":
    d = build([a for a in args if not a.startswith("-")][0])
    if read("create.fails"): write("create.fails", ""); fail("Boot loader didn't return any data!")
    if "-p" in args: d["state"] = "--p---"
    keep(d)
elif command == "mem-set":
    d = find(args[0])
    if int(args[1]) > d["maxmem"]: fail("memory_dynamic_max must be less than or equal to memory_static_max", 1, command)
    d["memory"] = int(args[1]); keep(d)
elif command == "vcpu-set":
    d = find(args[0])
    if int(args[1]) > d["vcpus"]: fail("Cannot set vcpus greater than max vcpus on running domain", 1, command)
    d["online"] = int(args[1]); keep(d)
elif command == "vcpu-pin": d = find(args[0]); d["cpus"] = affinity(args[2]); keep(d)
elif command == "sched-credit":
    d = find(args[args.index("-d") + 1])
    if "-w" in args or "-c" in args:
        d["weight"] = int(args[args.index("-w") + 1]) if "-w" in args else d["weight"]
        d["cap"] = int(args[args.index("-c") + 1]) if "-c" in args else -1
        keep(d)
    else: print("Name                                ID Weight  Cap\n%-32s %5d %6d %4d" % (d["name"], d["domid"], d["weight"], d["cap"]))
elif command == "block-list":
    d = find(args[0])
    devices(d, "disks", "Vdev  BE handle state evt-ch ring-ref BE-path",
            lambda i, k: "%d  0    0     %s      -1     -1    /local/domain/0/backend/%s/%d/%d  " % (number(k["dev"]), read("disk.state") or "4", "tap" if k["uname"].startswith("tap") else "vbd", d["domid"], number(k["dev"])))
elif command == "block-attach":
    d, file = find(args[0]), args[1].split(":")[-1]
    if any(k["dev"] == args[2] for k in d["disks"]): fail("Device %s (%d, vbd) is already connected." % (args[2], number(args[2])), 1, command)
    if any(k["uname"] == args[1] for k in d["disks"] if not k.get("dead")): fail('The file "%s" is already used' % file, 1, command)
    disk = {"uname": args[1], "dev": args[2], "mode": args[3]}
    if not os.path.exists(file):
        d["disks"].append(dict(disk, dead=True, hidden=True)); keep(d)
        fail("Device %d (vbd) could not be connected. %s does not exist." % (number(args[2]), file), 1, command)
    d["disks"].append(disk); keep(d)
elif command == "block-detach":
    d = find(args[0])
    gone = [k for k in d["disks"] if k["dev"] == args[1]]
    if not gone: fail("local variable 'backend' referenced before assignment", 1, command)
    d["disks"] = [k for k in d["disks"] if k["dev"] != args[1]]; keep(d)
    if gone[0].get("dead"): fail("Device %s is not defined" % args[1], 1, command)
elif command == "network-list":
    d = find(args[0])
    devices(d, "vifs", "Idx BE     MAC Addr.     handle state evt-ch tx-/rx-ring-ref BE-path",
            lambda i, k: "%d   0  %s    %d     4      -1    -1   /-1      /local/domain/0/backend/vif/%d/%d  " % (i, k["mac"], i, d["domid"], i))
elif command == "network-attach":
    d = find(args[0])
    vif = dict(p.split("=", 1) for p in args[1:]); has_bridge(vif, len(d["vifs"]), command)
    d["vifs"].append(vif); keep(d)
elif command == "network-detach":
    d = find(args[0])
    if all(k["mac"] != args[1] for k in d["vifs"]): fail("Cannot find device '%s' in domain '%s'" % (args[1], args[0]), 1, command)
    d["vifs"] = [k for k in d["vifs"] if k["mac"] != args[1]]; keep(d)
elif command == "rename":
    d = find(args[0])
    for other in domains():
        if other["name"] == args[1] and other["domid"] != d["domid"]: fail("VM name '%s' already exists as domain %d" % (args[1], other["domid"]))
    d["name"] = args[1]; keep(d)
elif command == "pause": d = find(args[0]); d["state"] = "-bp---"; keep(d)
elif command == "unpause":
    d = find(args[0])
    if d["state"] == "--p---": d["started"] = time.time()
    d["state"] = "-b----"; keep(d)
elif command in ("shutdown", "reboot"): d = find(args[0]); d["asked"] = d["asked"] or ["poweroff" if command == "shutdown" else "reboot", time.time()]; keep(d)
elif command == "destroy":
    if args[0].isdigit() and all(str(d["domid"]) != args[0] for d in domains()): fail("(3, 'No such process')", 1, command)
    drop(find(args[0]))
elif command == "crash": d = find(args[0]); d["asked"] = ["crash", time.time()]; keep(d)  # Not a word of the real one: the guest's own doing.
else: fail("Subcommand %s not found!" % command)
