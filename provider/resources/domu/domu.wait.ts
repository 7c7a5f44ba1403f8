/** Waiting until the guest answers, asked from its own host. Pure. */
import { type Step, sh } from "../../shell";
import { guestScript } from "./domu.functions";
import { waitWords } from "./domu.plan";
import type { DomUInputs, DomUWait } from "./domu.schema";

export function waitSeconds(wait: DomUWait | undefined): number {
  return wait === undefined ? 0 : (wait.timeoutSeconds ?? 300);
}

/** Ends when all that `waitFor` names has been seen; fails when the time is over. */
export function waitStep(inputs: DomUInputs, wait: DomUWait): Step {
  const { name, vifs = [] } = inputs;
  const words = waitWords(inputs);
  const wish = {
    seconds: waitSeconds(wait),
    ip: wait.ip ?? (wait.ipInCidr === undefined ? vifs[0]?.ip : undefined),
    cidr: wait.ipInCidr,
    macs: vifs.map(({ mac }) => mac),
    tcp: wait.tcpPort,
    http: wait.http === undefined ? undefined : { port: 80, path: "/", contains: "", ...wait.http },
    text: wait.consoleText,
  };
  return {
    name: "wait-for",
    title: `wait for ${words}`,
    effect: "none",
    script: guestScript(
      name,
      sh`trap end_watch EXIT
row=$(domain_row "$guest")
[ -n "$row" ] || give_up "$guest has gone while it was waited for." "Look at /var/log/xen/xl-$guest.log on the host."
${wait.consoleText === undefined ? sh`:` : sh`watch_console "\${row%% *}"`}
said=$(python3 -c ${waitProgram} ${JSON.stringify(wish)} "$folder" "$guest") || {
  show_console
  give_up "$guest runs, but there was no "${words}": $said" "The guest stays as it is. Look at its console (xl console $guest), then run up again."
}
echo "$said"
set_phase reachable`,
    ),
  };
}

/**
 * python3 is there wherever pygrub is. A guest's address is learnt from the host's neighbour table: a datagram to
 * each address of a small network makes the host ask for them.
 */
const waitProgram = String.raw`import ipaddress, json, os, socket, subprocess, sys, time, urllib.request
wish, folder, guest = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3]
end = time.time() + wish["seconds"]
last = "nothing was heard of it"

def address():
    if wish.get("ip"): return wish["ip"]
    if not wish.get("cidr"): return None
    net = ipaddress.ip_network(wish["cidr"], strict=False)
    if net.num_addresses <= 1024:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            for host in net.hosts():
                try: s.sendto(b"", (str(host), 9))
                except OSError: pass
        time.sleep(1)
    out = subprocess.run(["ip", "neigh", "show"], stdout=subprocess.PIPE, universal_newlines=True).stdout
    for words in (line.split() for line in out.splitlines()):
        if "lladdr" in words and words[words.index("lladdr") + 1] in wish["macs"] and ipaddress.ip_address(words[0]) in net:
            return words[0]
    raise OSError("none of its interfaces has an address in " + wish["cidr"])

def tcp(host, port):
    socket.create_connection((host, port), timeout=3).close()

def http(host, port, path, contains):
    with urllib.request.urlopen("http://%s:%d%s" % ("[%s]" % host if ":" in host else host, port, path), timeout=5) as answer:
        body = answer.read(1 << 20).decode("utf-8", "replace")
    # A guest that is still booting may answer with nothing.
    if contains not in body or not body.strip(): raise OSError("its answer does not hold the text: " + body[:80].strip())

def console(text):
    with open(os.path.join(folder, "console.log"), "rb") as f:
        if text.encode() not in f.read(): raise OSError("its console does not show the text")

while True:
    try:
        host = address()
        if wish.get("tcp"): tcp(host, wish["tcp"])
        if wish.get("http"): http(host, **wish["http"])
        if wish.get("text"): console(wish["text"])
        if host:
            with open(os.path.join(folder, "address"), "w") as f: f.write(host + "\n")
        print("%s answers%s" % (guest, " at " + host if host else ""))
        sys.exit(0)
    except (OSError, ValueError) as e:
        last = str(e)
    if time.time() >= end:
        print("%s (waited %d s)" % (last, wish["seconds"]))
        sys.exit(1)
    time.sleep(1)
`;
