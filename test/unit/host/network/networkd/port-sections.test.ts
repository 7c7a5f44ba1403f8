import { splitPort } from "../../../../../provider/host/network/networkd/port-sections";
import { parseSections, renderSections } from "../../../../../provider/host/network/sections-file";

const split = (text: string) => {
  const { ofPort, ofBridge, refused } = splitPort(parseSections(text), "eth0", "br0");
  return {
    port: renderSections(ofPort).join("\n").trim(),
    bridge: renderSections(ofBridge).join("\n").trim(),
    refused,
  };
};

describe("a setting of a port's .network file", () => {
  it.each([
    "[Network]\nAddress=198.51.100.2/24",
    "[Network]\nDHCP=yes",
    "[Network]\nDNS=198.51.100.53",
    "[Network]\nIPForward=ipv4",
    "[Address]\nAddress=198.51.100.3/24\nLabel=eth0:3",
    "[Route]\nDestination=203.0.113.0/24\nGateway=198.51.100.1",
    "[DHCPv4]\nUseDNS=no",
    "[Link]\nRequiredForOnline=no",
  ])("that is about addresses moves to the bridge: %s", (text) => {
    expect(split(text)).toEqual({ port: "", bridge: text, refused: [] });
  });

  it.each([
    "[Link]\nMTUBytes=9000",
    "[Link]\nMACAddress=52:54:00:00:00:99",
    "[SR-IOV]\nVirtualFunction=1",
    "[Network]\nLLDP=yes",
    "[CAKE]\nBandwidth=1G",
  ])("that is about the card stays with it: %s", (text) => {
    expect(split(text)).toEqual({ port: text, bridge: "", refused: [] });
  });

  it.each([
    ["[Network]\nBridge=br9", 'by "Bridge=br9" of [Network] it belongs to br9 already'],
    ["[Network]\nVLAN=vlan20", 'by "VLAN=vlan20" of [Network] vlan20 stands on it'],
    [
      "[Network]\nBindCarrier=eth1",
      "\"BindCarrier=eth1\" of [Network] is neither known as an address's nor as the card's",
    ],
    ["[Link]\nUnmanaged=yes", "\"Unmanaged=yes\" of [Link] is neither known as an address's nor as the card's"],
    ["[IPoIB]\nMode=datagram", "\"Mode=datagram\" of [IPoIB] is neither known as an address's nor as the card's"],
    ["[Future]\nWord=1", "\"Word=1\" of [Future] is neither known as an address's nor as the card's"],
  ])("that is neither is refused with its name: %s", (text, why) => {
    expect(split(text).refused).toEqual([why]);
  });

  it("that names the link for its addresses names the bridge afterwards", () => {
    const rule = (link: string): string => `[RoutingPolicyRule]\nIncomingInterface=${link}\nTable=100`;
    expect(split(rule("eth0")).bridge).toBe(rule("br0"));
    expect(split(rule("eth00")).bridge).toBe(rule("eth00"));
  });
});
