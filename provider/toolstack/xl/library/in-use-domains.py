# The part of xl in the program that tells who else has what a guest takes (toolstack/library/in-use-asked.py). `xl list -v` lists
# all domains, `xl list -l` and xenstore their disks and interfaces. xl itself protects nothing: two guests with one uuid or
# one image file are created without a word (seen on 4.17).
table = run("xl", "list", "-v")
if table is None:
    sys.exit("xl does not answer on this host")
others = {}
for line in table.splitlines()[1:]:
    row = re.match(r"(.*?)\s+(\d+)\s+\d+\s+\d+\s+([-a-zS]{6})\s+[\d.]+\s+([0-9a-f-]{36})(\s|$)", line)
    if not row: continue
    name, domid, state, uuid = row.group(1), int(row.group(2)), row.group(3), row.group(4)
    if domid == 0 or (uuid == wanted["uuid"] and (owned or wanted["known"])): continue
    if "d" in state: continue
    others[domid] = "the running domain %s (id %d)" % (name, domid)
    if uuid == wanted["uuid"]:
        say("The uuid %s belongs to %s, which no stack has claimed. Set another uuid; xl would accept two with the same one." % (uuid, others[domid]))
    elif name == wanted["name"]:
        say("A domain called %s runs on this host already (id %d), and it is not this guest. Choose another name." % (name, domid))

# It leaves out a domain whose record it cannot read; what that one has, xenstore tells.
details = run("xl", "list", "-l")
try:
    details = json.loads(details)
except (TypeError, ValueError):
    sys.exit("xl list -l does not answer on this host")
backends = run("xenstore-ls", "-f", "/local/domain/0/backend")
for domid in set(others) - set(domain.get("domid") for domain in details):
    if backends is None: sys.exit("neither xl nor xenstore tells which disks %s has" % others[domid])
for domain in details:
    who = others.get(domain.get("domid"))
    if who is None: continue
    config = domain.get("config", {})
    for disk in config.get("disks", []):
        if disk.get("pdev_path"): disk_used(disk["pdev_path"], disk.get("readwrite") == 1, who)
    for nic in config.get("nics", []):
        if nic.get("mac"): mac_used(nic["mac"], who)

