# The last part of the program that tells who else has what a guest takes (in-use-asked.py).

# What is plugged in now, also of a domain whose record xl cannot read.
modes, params = {}, {}
for line in (backends or "").splitlines():
    row = re.match(r'/local/domain/0/backend/(vbd|qdisk|tap2?|vif)/(\d+)/(\d+)/(params|mode|mac)\s*=\s*"(.*)"', line)
    if not row or int(row.group(2)) not in others: continue
    who, device = others[int(row.group(2))], row.group(1, 2, 3)
    if row.group(4) == "mac": mac_used(row.group(5), who)
    elif row.group(4) == "mode": modes[device] = row.group(5)
    else: params[device] = (re.sub(r"^(aio|qcow2?|raw|vhd|qed|tapdisk):", "", row.group(5)), who)
for device, (path, who) in params.items():
    if path.startswith("/"): disk_used(path, not modes.get(device, "w").startswith("r"), who)

# ---- stored configurations: any text in /etc/xen that names a disk, an interface or a guest
def configurations():
    for folder in ("/etc/xen", "/etc/xen/auto"):
        try: names = sorted(os.listdir(folder))
        except OSError: continue
        for name in names:
            path = os.path.join(folder, name)
            real = os.path.realpath(path)
            if name in ("xl.conf", "cpupool") or name.startswith((".", "README", "xlexample", "xmexample")) or name.endswith((".sxp", ".pulumi-xen-new")): continue
            if real in own_files or not os.path.isfile(real) or os.path.getsize(real) > 65536: continue
            yield path, real

seen = set()
for path, real in configurations():
    if real in seen: continue
    seen.add(real)
    try:
        with open(real, "rb") as f: text = f.read().decode("utf-8", "replace")
    except (IOError, OSError): continue
    text = re.sub(r"(?m)^\s*#.*$", "", text)
    if not re.search(r"(?m)^\s*(disk|vif|name|uuid|kernel|bootloader|builder|type)\s*\+?=", text): continue
    who = "the guest configured in %s" % path
    uuid = re.search(r"(?m)^\s*uuid\s*=\s*[\"']([^\"']*)", text)
    if uuid and uuid.group(1).lower() == wanted["uuid"] and wanted["known"] and not owned: continue
    name = re.search(r"(?m)^\s*name\s*=\s*[\"']([^\"']*)", text)
    # Somebody's copy of the guest's own file.
    if owned and uuid and uuid.group(1).lower() == wanted["uuid"] and name and name.group(1) in own_names: continue
    if uuid and uuid.group(1).lower() == wanted["uuid"]:
        say("The uuid %s stands in %s, which no stack has claimed. Set another uuid, or move that file away." % (wanted["uuid"], path))
    if real == os.path.realpath(wanted["file"]):
        say("%s exists already and is not this guest's. Choose another name, or move that file away." % wanted["file"])
    elif name and name.group(1) == wanted["name"]:
        say("A guest called %s is configured in %s. Choose another name, or move that file away." % (wanted["name"], path))
    for mac in re.findall(r"(?i)\bmac\s*=\s*((?:[0-9a-f]{2}:){5}[0-9a-f]{2})", text): mac_used(mac, who)
    for block in re.findall(r"(?ms)^\s*disk\s*\+?=\s*(.*?\])", text):
        for spec in re.findall(r"\"([^\"]*)\"|'([^']*)'", block):
            spec = spec[0] or spec[1]
            reads = re.search(r"(^|,)\s*(access\s*=\s*)?(r|ro)\s*(,|$)|:cdrom|devtype\s*=\s*cdrom|(^|,)\s*cdrom\s*(,|$)", spec)
            for target in re.findall(r"(?:^|[\s,:=])(/[^,\s]*)", spec): disk_used(target, not reads, who)
            # The old form leaves /dev out: phy:vg0/guest.
            for target in re.findall(r"^\s*phy:([^/,\s][^,\s]*)", spec): disk_used("/dev/" + target, not reads, who)

# ---- claims of other guests, whose files may just be written
try: claims = sorted(os.listdir(os.path.join(wanted["root"], "domu")))
except OSError: claims = []
for folder in claims:
    path = os.path.join(wanted["root"], "domu", folder)
    claim = dict(line.split("=", 1) for line in lines_of(os.path.join(path, "claim")) if "=" in line)
    names = [claim.get("of")] + lines_of(os.path.join(path, "renaming"))
    if folder != wanted["uuid"] and "id" in claim and wanted["name"] in names:
        owner = claim.get("owner", "?")
        stack, name = "::".join(owner.split("::")[:2]), "::".join(owner.split("::")[2:])
        # Its uuid was derived from another name or address of the resource, and the state that kept it is lost.
        if owner == asker: remedy = "It is this resource's own, under the uuid %s, which its state no longer knows. Set uuid to that to take it over; else choose another name." % folder
        elif stack == "::".join(asker.split("::")[:2]): remedy = "If this is the same guest under a new resource name, add aliases: [{ name: \"%s\" }] to its options (where no state has it any more, call the resource that again); else choose another name." % name
        else: remedy = "Change it there, or choose another name."
        said.insert(0, "The guest %s on this host is claimed by %s. %s" % (wanted["name"], owner, remedy))

for sentence in said: print(sentence)
