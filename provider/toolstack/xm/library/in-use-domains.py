# The part of xm in the program that tells who else has what a guest takes (toolstack/library/in-use-asked.py). `xm list -l` lists
# all domains with their disks and interfaces, also those that xend manages and does not run.
def sxp(text):
    stack = [[]]
    for token in re.findall(r"[()]|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^\s()'\"]+", text):
        if token == "(": stack.append([])
        elif token == ")":
            done = stack.pop()
            stack[-1].append(done)
        else: stack[-1].append(token[1:-1] if token[0] in "'\"" else token)
    if len(stack) != 1: sys.exit("the answer of xm was cut short")
    return stack[0]

def value(form, word):
    for item in form:
        if isinstance(item, list) and item[:1] == [word] and len(item) > 1: return item[1]
    return None

details = run("xm", "list", "-l")
if details is None:
    sys.exit("xm does not answer on this host")
domains = [form for form in sxp(details) if isinstance(form, list) and form[:1] == ["domain"]]
if not any(value(form, "domid") == "0" for form in domains):
    sys.exit("xm list -l does not show Domain-0")
backends = run("xenstore-ls", "-f", "/local/domain/0/backend")
others = {}
for form in domains:
    name, domid, uuid, state = value(form, "name"), value(form, "domid"), value(form, "uuid"), value(form, "state") or ""
    if domid == "0" or (uuid == wanted["uuid"] and (owned or wanted["known"])): continue
    if "d" in state: continue
    if domid is None: who = "the guest %s, which xend manages and does not run" % name
    else: who = others[int(domid)] = "the running domain %s (id %s)" % (name, domid)
    if uuid == wanted["uuid"]:
        say("The uuid %s belongs to %s, which no stack has claimed. Set another uuid." % (uuid, who))
    elif name == wanted["name"]:
        say("The name %s belongs to %s, and it is not this guest. Choose another name." % (name, who))
    for device in form:
        if not isinstance(device, list) or device[:1] != ["device"]: continue
        for item in device[1:]:
            if item[:1] == ["vif"] and value(item, "mac"): mac_used(value(item, "mac"), who)
            elif item[:1] in (["vbd"], ["tap"], ["tap2"]) and value(item, "uname"):
                path = re.sub(r"^(file:|phy:|tap2?:)?((aio|sync|qcow2?|vhd|vmdk):)?", "", value(item, "uname"))
                if path: disk_used(path if path.startswith("/") else "/dev/" + path, (value(item, "mode") or "w").startswith("w"), who)
