"""A wire between two network namespaces that delays every packet: what netem does, for kernels without it.

    python3 wire.py SECONDS_ONE_WAY NEAR_ADDRESS FAR_ADDRESS

One end is a TUN device in the namespace it is started in; the other is in a namespace of its own, which lives as long as
this process does (programs get in by `nsenter --net=/proc/PID/ns/net`). Packets keep their order, none is dropped, the
rate is unbounded. Nothing of it is seen outside the two namespaces.

It prints "ready". Each line on stdin is answered by a line of JSON with what passed since the last one: packets, bytes
and `flights` (how often the near side sent data after it had got some: round trips that had to wait for one another).
It ends when stdin does.
"""
import collections, ctypes, fcntl, json, os, select, signal, struct, subprocess, sys, time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
CLONE_NEWNET = 0x40000000
TCP = 6


def tun(name, address):
    handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(handle, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    ip("link", "set", "lo", "up")
    ip("address", "add", address + "/30", "dev", name)
    ip("link", "set", "dev", name, "txqueuelen", "10000", "up")
    return handle


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


def has_data(packet):
    """TCP with at least a byte of content: bare acknowledgements are no flight."""
    if packet[0] >> 4 != 4 or packet[9] != TCP:
        return False
    header = (packet[0] & 15) * 4
    return len(packet) > header + (packet[header + 12] >> 4) * 4


class Counts:
    def __init__(self):
        self.seen = {"packets": 0, "bytes": 0, "flights": 0}
        self.server_spoke = True

    def take(self, packet, from_near):
        self.seen["packets"] += 1
        self.seen["bytes"] += len(packet)
        if not has_data(packet):
            return
        if from_near and self.server_spoke:
            self.seen["flights"] += 1
        self.server_spoke = not from_near


def main():
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a Ctrl-C ends it without a word
    delay = float(sys.argv[1])
    near = tun("near", sys.argv[2])
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "no second network namespace")
    far = tun("far", sys.argv[3])
    other = {near: far, far: near}
    queue = collections.deque()  # (due, to, packet): one delay for all, so the order of arrival is that of leaving
    counts = Counts()
    print("ready", flush=True)
    while True:
        wait = None if not queue else max(0.0, queue[0][0] - time.monotonic())
        readable, _, _ = select.select([near, far, 0], [], [], wait)
        for end in readable:
            if end == 0:
                if not os.read(0, 4096):
                    return
                print(json.dumps(counts.seen), flush=True)
                counts = Counts()
                continue
            try:
                while True:
                    packet = os.read(end, 65536)
                    counts.take(packet, end == near)
                    queue.append((time.monotonic() + delay, other[end], packet))
            except BlockingIOError:
                pass
        now = time.monotonic()
        while queue and queue[0][0] <= now:
            _, end, packet = queue.popleft()
            os.write(end, packet)


main()
