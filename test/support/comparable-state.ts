/** An exported state without what must differ between two runs: times, ids of providers, cipher texts, ports, hosts. */

type Resource = Record<string, unknown> & {
  urn: string;
  type: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
};

/** What belongs to the host the run had, not to the engine. */
const OF_THE_HOST = [
  "connection",
  "machineId",
  "uuid",
  "vifs",
  "config",
  "mac",
  "macAddress",
  "kernel",
  "ramdisk",
  "files",
  "domid",
  "id",
];
const OF_THE_RUN = ["created", "modified", "provider", "sourcePosition", "id", "stackTrace"];

export function comparable(file: unknown): unknown[] {
  const { deployment } = file as { deployment: { resources?: Resource[] } };
  return withoutRun(deployment.resources ?? [])
    .filter(({ type }) => !type.startsWith("pulumi:providers:"))
    .map((resource) => {
      const kept = without(resource, OF_THE_RUN);
      return {
        ...kept,
        urn: resource.urn.replace(/^urn:pulumi:[^:]*::/, ""),
        parent:
          typeof resource["parent"] === "string" ? resource["parent"].replace(/^urn:pulumi:[^:]*::/, "") : undefined,
        dependencies: namesOf(resource["dependencies"]),
        propertyDependencies: undefined,
        inputs: resource.inputs === undefined ? undefined : without(resource.inputs, OF_THE_HOST),
        outputs: resource.outputs === undefined ? undefined : without(resource.outputs, [...OF_THE_HOST, "ip"]),
      };
    })
    .sort((a, b) => a.urn.localeCompare(b.urn));
}

/** Runs have stacks of different names, and asset servers on different ports. */
function withoutRun(resources: Resource[]): Resource[] {
  const stack = /^urn:pulumi:([^:]*)::/.exec(resources[0]?.urn ?? "")?.[1] ?? "";
  const text = JSON.stringify(resources).replaceAll(/(http:\/\/10\.0\.2\.2):\d+/g, "$1:PORT");
  return JSON.parse(stack === "" ? text : text.replaceAll(stack, "STACK")) as Resource[];
}

function without(record: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}

function namesOf(urns: unknown): string[] {
  return Array.isArray(urns) ? urns.map((urn) => String(urn).replace(/^.*::/, "")).sort() : [];
}
