# Grows a qcow2 image through the QEMU that serves it to a running guest: SOCKET IMAGE BYTES. Runs on the host.
#
# QMP, not HMP: `block_resize` of the human monitor does not find the disk and still succeeds (facts of Xen 4.17). The
# socket takes one client at a time, and libxl is one now and then.
import json, os, socket, sys, time
path, image, size = sys.argv[1], os.path.realpath(sys.argv[2]), int(sys.argv[3])
for attempt in range(30):
    try:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(20)
        connection.connect(path)
        lines = connection.makefile("rw")
        if "QMP" not in json.loads(lines.readline()): sys.exit("no QMP at " + path)
        break
    except (OSError, ValueError) as error:
        failure = error
        time.sleep(0.5)
else:
    sys.exit("the guest's QEMU does not answer at %s: %s" % (path, failure))
def ask(command, **arguments):
    lines.write(json.dumps({"execute": command, "arguments": arguments}) + "\n"); lines.flush()
    while True:
        answer = json.loads(lines.readline())
        if "error" in answer: sys.exit("%s: %s" % (command, answer["error"].get("desc")))
        if "return" in answer: return answer["return"]
ask("qmp_capabilities")
nodes = [n["node-name"] for n in ask("query-named-block-nodes")
         if n.get("drv") == "qcow2" and os.path.realpath(n.get("image", {}).get("filename", n.get("file", ""))) == image]
if not nodes: sys.exit("the guest's QEMU does not know " + image)
for node in nodes: ask("block_resize", **{"node-name": node, "size": size})
print("the guest's QEMU took the new size")
