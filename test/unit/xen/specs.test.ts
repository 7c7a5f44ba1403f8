import {
  MAC_PATTERN,
  UUID_PATTERN,
  deriveMac,
  deriveUuid,
  domainState,
  isAlive,
  parseDiskSpec,
  parseVfbSpec,
  renderVfbSpec,
} from "../../../provider/xen";

describe("a disk of xl", () => {
  it.each([
    ["file:/xen/vm/centos6.img,xvda,w", "/xen/vm/centos6.img", "raw", "xvda", "w"],
    ["phy:/dev/vg/lv,xvdb,r", "/dev/vg/lv", "raw", "xvdb", "r"],
    ["tap:aio:/a.img,xvda,w", "/a.img", "raw", "xvda", "w"],
    ["tap:qcow2:/a.qcow2,xvda,w", "/a.qcow2", "qcow2", "xvda", "w"],
    ["/a.img,raw,xvda,rw", "/a.img", "raw", "xvda", "w"],
    ["/a.img,,xvda", "/a.img", "raw", "xvda", "w"],
    ["format=qcow2,vdev=xvdc,access=ro,target=/x,y=z", "/x,y=z", "qcow2", "xvdc", "r"],
  ])("is read from %s", (text, target, format, device, mode) => {
    expect(parseDiskSpec(text)).toEqual({ target, format, device, mode, more: [] });
  });

  it("is not guessed at where a part is missing or unknown", () => {
    expect(parseDiskSpec("nonsense")).toBeUndefined();
    expect(parseDiskSpec("format=zzz,vdev=xvda,target=/x")).toBeUndefined();
    expect(parseDiskSpec("file:/x,xvda,w!")).toBeUndefined();
  });
});

describe("a frame buffer", () => {
  it("keeps what it does not know", () => {
    const text = "vnc=1,vnclisten=127.0.0.1,vncunused=0,sdl=1";
    expect(parseVfbSpec(text)).toEqual({ vnc: true, vncListen: "127.0.0.1", vncUnused: false, more: ["sdl=1"] });
    expect(renderVfbSpec(parseVfbSpec(text))).toBe(text);
    // A line separator is an ordinary character to xl.
    expect(parseVfbSpec("vncpasswd=a\u2028b")).toEqual({ vncPassword: "a\u2028b", more: [] });
  });
});

describe("derived identities", () => {
  it("are uuids and MACs of Xen's range, the same each time, different for each guest, host and interface", () => {
    const uuid = deriveUuid("198.51.100.7", "guest1");
    expect(uuid).toBe("fbd319dc-aaa0-87a1-b800-8606158bcd8c");
    expect(uuid).toMatch(UUID_PATTERN);
    expect(deriveUuid("198.51.100.8", "guest1")).not.toBe(uuid);
    expect(deriveUuid("198.51.100.7", "guest2")).not.toBe(uuid);
    const mac = deriveMac(uuid, 0);
    expect(mac).toMatch(MAC_PATTERN);
    expect(mac.startsWith("00:16:3e:")).toBe(true);
    expect(Number.parseInt(mac.slice(9, 11), 16)).toBeLessThan(0x80);
    expect(deriveMac(uuid, 1)).not.toBe(mac);
  });
});

describe("the letters of a domain's state", () => {
  it.each([
    ["r-----", "running", true],
    ["-b----", "blocked", true],
    ["--p---", "paused", true],
    ["------", "runnable", true],
    ["--ps--", "shut down", false],
    ["---sr-", "shut down", false],
    ["---sc-", "crashed", false],
    ["-----d", "dying", false],
  ] as const)("%s is %s", (letters, state, alive) => {
    expect(domainState(letters)).toBe(state);
    expect(isAlive(domainState(letters))).toBe(alive);
  });
});
