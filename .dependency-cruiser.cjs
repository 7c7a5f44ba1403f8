// The arrows of the house (docs/architecture.md). Imports run downwards only.
const room = (name) => `^provider/${name}/`;
const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: "^(provider|lab|cli|test|bench)/", pathNot: [...allowed, from] },
});
module.exports = {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    only("xen-is-pure", "xen/ says what Xen is; it knows only errors", room("xen"), ["^provider/errors"]),
    only("effect-knows-nothing", "effect.ts holds words", "^provider/effect", []),
    only("shell-is-pure", "shell/ says how a host is told", room("shell"), ["^provider/(effect|errors)"]),
    only("property-is-the-ground", "property/ says what a property is", room("property"), ["^provider/effect"]),
    only("change-arrows", "change/ plans over tables", room("change"), [room("property"), "^provider/effect"]),
    only("pulumi-knows-no-host", "pulumi/ is Pulumi's protocol", room("pulumi"), [
      room("property"),
      room("change"),
      "^provider/(effect|errors)",
    ]),
    only("remote-over-shell", "remote/ gets there", room("remote"), [room("shell"), "^provider/errors"]),
    only("toolstack-arrows", "toolstack/ tells Xen", room("toolstack"), [
      room("xen"),
      room("shell"),
      "^provider/errors",
    ]),
    only("host-arrows", "host/ is where it runs", room("host"), [room("xen"), room("shell"), "^provider/errors"]),
    {
      name: "families-are-named-once",
      comment: "a host's parts are found by what is there (ADR 12); only host/families names a family",
      severity: "error",
      from: { path: "^provider/", pathNot: "^provider/host/families/" },
      to: { path: "^provider/host/families/", pathNot: "^provider/host/families/(families|host-family)\\.ts$" },
    },
    {
      name: "parts-know-no-family",
      severity: "error",
      from: { path: "^provider/host/(packages|boot|network|services|library)/" },
      to: { path: "^provider/host/families/" },
    },
    only("resources-arrows", "resources/ use the rooms below", room("resources"), [
      room("property"),
      room("change"),
      room("toolstack"),
      room("host"),
      room("xen"),
      room("pulumi"),
      room("shell"),
      room("remote"),
      "^provider/(effect|errors)",
    ]),
    {
      name: "provider-stands-alone",
      severity: "error",
      from: { path: "^provider/" },
      to: { path: "^(lab|cli|test|bench)/" },
    },
    {
      name: "lab-arrows",
      comment: "lab/ practises; it may not reach into the provider's rooms",
      severity: "error",
      from: { path: "^lab/" },
      to: { path: "^(cli|test|bench|provider)/" },
    },
    {
      name: "bench-uses-the-doors",
      comment:
        "bench/ measures the product as others use it: the rooms' public sides, and whole resources as an engine calls them, not what is behind them",
      severity: "error",
      from: { path: "^bench/" },
      to: { path: "^(cli|test|provider)/", pathNot: "^provider/(lifecycle|(remote|shell)/index)\\.ts$" },
    },
    {
      name: "histories-use-the-doors",
      comment:
        "test/histories plays the product as its users have it, so that it holds whatever the rooms are like inside",
      severity: "error",
      from: { path: "^test/histories/" },
      to: { path: "^(cli|bench|provider)/", pathNot: "^provider/(lifecycle|(property|pulumi|remote|xen)/index)\\.ts$" },
    },
    {
      name: "nothing-needs-bench",
      severity: "error",
      from: { path: "^(provider|lab|cli)/" },
      to: { path: "^bench/" },
    },
    {
      name: "ssh2-only-behind-its-wire",
      comment: "remote/wire.ts is what the rest of the house knows of a connection",
      severity: "error",
      from: { path: "^(provider|cli|lab)/", pathNot: room("remote/ssh2") },
      to: { path: "node_modules/(@types/)?ssh2" },
    },
    {
      name: "pulumi-sdk-at-the-door",
      severity: "error",
      from: { path: "^provider/", pathNot: ["^provider/pulumi/", "^provider/resources/([^/]+)/\\1\\.ts$"] },
      to: { path: "node_modules/@pulumi/pulumi" },
    },
    {
      name: "pure-rooms-do-no-io",
      comment:
        "no I/O, clock, randomness or environment in a pure file; shell/library.ts reads what belongs to the package",
      severity: "error",
      from: {
        path: ["^provider/(property|change|xen|toolstack|host|shell)/", "^provider/resources/.*\\.[a-z]+\\.ts$"],
        pathNot: ["\\.(lifecycle|walk|local)\\.ts$", "^provider/shell/library\\.ts$"],
      },
      to: { path: ["^(node:)?(fs|net|os|dns|tls|http|https|child_process)$", "^(node:)?(fs|dns)/promises$"] },
    },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, path: "^(provider|lab|cli|bench)/", pathNot: "\\.d\\.ts$" },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|node_modules/pulumi-xen)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
