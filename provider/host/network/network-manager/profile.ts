/** What a profile of NetworkManager says of a link: addresses, routes, whether it asks for a lease (nm-settings-keyfile(5)). Pure. */
import { normalAddress, normalCidr, normalNetwork } from "../addresses";
import type { WrittenRoute } from "../routes";
import { type Section, valueOf } from "../sections-file";

/** `address1`, `addresses1`, `route2`: the numbered settings of a kind, in their order. */
function numbered(sections: readonly Section[], family: string, kind: RegExp): string[] {
  return sections
    .filter(({ name }) => name === family)
    .flatMap(({ settings }) =>
      settings.filter(({ key, value }) => kind.test(key) && value !== "").map(({ value }) => value),
    );
}

const ADDRESS = /^address(es)?\d*$/;
const ROUTE = /^routes?\d*$/;
const FAMILIES = ["ipv4", "ipv6"] as const;

/** With prefix lengths in their normal form. */
export function fixedAddresses(sections: readonly Section[]): string[] {
  return FAMILIES.flatMap((family) =>
    numbered(sections, family, ADDRESS).map((value) => normalCidr(withLength(value.split(/[,;]/)[0] ?? "", family))),
  );
}

function withLength(address: string, family: string): string {
  return address.includes("/") ? address : `${address}/${family === "ipv6" ? 128 : 32}`;
}

/** IPv4, as everywhere. A profile that says nothing asks for one. */
export function isLeased(sections: readonly Section[]): boolean {
  return sections.length > 0 && (valueOf(sections, "ipv4", "method") ?? "auto") === "auto";
}

export function isAddressed(sections: readonly Section[]): boolean {
  return (
    isLeased(sections) ||
    fixedAddresses(sections).length > 0 ||
    (sections.length > 0 && /^(auto|dhcp)$/.test(valueOf(sections, "ipv6", "method") ?? ""))
  );
}

export function routesOf(sections: readonly Section[]): WrittenRoute[] {
  return FAMILIES.flatMap((family) => {
    const gateways = [
      ...numbered(sections, family, ADDRESS).map((value) => value.split(/[,;]/)[1]),
      valueOf(sections, family, "gateway"),
    ].filter((gateway): gateway is string => gateway !== undefined && gateway !== "");
    return [
      ...gateways.flatMap((gateway) => [
        { to: "default", via: normalAddress(gateway) },
        // The way to a gateway outside the prefix.
        { to: normalAddress(gateway), via: undefined },
      ]),
      ...numbered(sections, family, ROUTE).map((value) => {
        const [to = "", via] = value.split(/[,;]/);
        return {
          to: normalNetwork(withLength(to, family)),
          via: via === undefined || via === "" || /^(0\.0\.0\.0|::)$/.test(via) ? undefined : normalAddress(via),
        };
      }),
    ];
  });
}

export function rulesOf(sections: readonly Section[]): string[] {
  return FAMILIES.flatMap((family) => numbered(sections, family, /^routing-rule\d+$/));
}
