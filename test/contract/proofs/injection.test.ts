/**
 * What a user writes reaches the host as what it is. Every string of every schema is replaced by hostile texts, as far
 * as check lets them through, and the real scripts of the real plans run in real shells: no program may be called that
 * a plain declaration does not call, no argument may be another, and every file holds just what was meant.
 *
 * The places are taken from the schemas: a new string that nobody has put into declarations.ts fails the first test.
 * PROOFS_DEEP=1 runs many more.
 */
import { execFileSync } from "node:child_process";
import { posix } from "node:path";
import fc from "fast-check";
import { grubWords } from "../../../provider/host/boot/grub2/grub-words";
import { ifupdownDialect } from "../../../provider/host/network/ifupdown/dialect";
import { parseInterfaces } from "../../../provider/host/network/interfaces/interfaces-file";
import { provider } from "../../../provider/lifecycle";
import { parseXlText } from "../../../provider/xen/xl-text";
import { DECLARATIONS, type Declaration, type Say, staysHere, titleOf } from "../../support/proofs/declarations";
import { HOSTILE, hostileFor } from "../../support/proofs/hostile";
import { RecordingHost } from "../../support/proofs/recording-host";
import { type StringPlace, placesByPath } from "../../support/proofs/schema-strings";

jest.setTimeout(900_000);

const isDeep = process.env["PROOFS_DEEP"] === "1";

/** What a place was given: the texts as the host sees them, without the folder that stands for its root. */
interface Given {
  readonly path: string;
  readonly text: string;
}

function givenBy(
  declaration: Declaration,
  root: string,
  choose: Say,
): { inputs: Record<string, unknown>; given: Given[] } {
  const given: Given[] = [];
  const inputs = declaration.inputs((path, plain, under) => {
    const text = choose(path, plain, under);
    given.push({ path, text });
    return text;
  }, root);
  return { inputs, given };
}

const plain: Say = (_path, plain, under = "") => `${under}${plain}`;

interface Ran {
  readonly endings: string[];
  readonly calls: string[][];
  readonly files: Map<string, { readonly mode: string; readonly content: string }>;
}

/** Runs all that can come of a declaration; what is said of the host's root is left out. */
async function run(declaration: Declaration, host: RecordingHost, inputs: Record<string, unknown>): Promise<Ran> {
  for (const [path, text] of Object.entries(declaration.host ?? {})) host.write(path, text);
  for (const name of ["name", "uuid"]) host.write(`/state/${name}`, `${String(inputs[name])}`);
  const checked = inputs as never;
  for (const path of declaration.files?.(checked) ?? []) host.write(path.slice(host.root.length), "");
  const endings: string[] = [];
  const files: Ran["files"] = new Map();
  for (const job of declaration.jobs(checked)) {
    endings.push(...(await host.perform(job)));
    // Later jobs remove what earlier ones wrote.
    for (const [path, file] of host.files()) files.set(path, file);
  }
  for (const script of declaration.questions(checked)) endings.push(`question: ${await host.run(script)}`);
  return {
    endings,
    calls: host.calls().map((call) => call.map((word) => word.replaceAll(host.root, ""))),
    files: new Map(
      [...files].map(([path, { mode, content }]) => [
        path.replaceAll(host.root, ""),
        { mode, content: content.replaceAll(host.root, "") },
      ]),
    ),
  };
}

/** Puts the hostile texts where the plain ones are. */
function translator(declaration: Declaration, roots: [string, string], plain: Given[], hostile: Given[]) {
  const pairs = plain.flatMap(({ path, text }, at): [string, string][] => {
    const other = hostile[at]?.text ?? "";
    const derived = declaration.derived?.(text, path) ?? [];
    return [
      [text.replaceAll(roots[0], ""), other.replaceAll(roots[1], "")],
      ...derived.map((name, index): [string, string] => [name, declaration.derived?.(other, path)[index] ?? ""]),
      // Commands carry a sum in lower case; names of files may lose a colon.
      ...(text.includes(":") ? [[text.replaceAll(":", "-"), other.replaceAll(":", "-")] as [string, string]] : []),
    ];
  });
  const longestFirst = [...pairs].sort(([a], [b]) => b.length - a.length);
  const pattern = new RegExp(
    longestFirst.map(([from]) => from.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join("|"),
    "g",
  );
  const byPlain = new Map(longestFirst);
  const word = (text: string): string => text.replaceAll(pattern, (found) => byPlain.get(found) ?? found);
  const deep = (value: unknown): unknown =>
    typeof value === "string"
      ? word(value)
      : Array.isArray(value)
        ? value.map(deep)
        : typeof value === "object" && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, deep(entry)]))
          : value;
  return {
    word,
    argument: (text: string): string => (text.startsWith('{"') ? JSON.stringify(deep(JSON.parse(text))) : word(text)),
  };
}

/** A configuration for xl as Python reads it: what xl.cfg is modelled on, and another's parser. */
function pythonRead(text: string): Record<string, unknown> {
  const program = `import ast, json, sys
tree = ast.parse(sys.stdin.buffer.read().decode())
assert all(isinstance(n, ast.Assign) and len(n.targets) == 1 for n in tree.body), ast.dump(tree)
print(json.dumps({n.targets[0].id: ast.literal_eval(n.value) for n in tree.body}))`;
  return JSON.parse(execFileSync("python3", ["-c", program], { input: text, encoding: "utf8" })) as Record<
    string,
    unknown
  >;
}

/** What a GRUB drop-in gives, read by a shell and then, line by line, by GRUB. */
function grubRead(text: string): string[][] {
  const program =
    'eval "$(cat)"; printf "%s\\n" "$GRUB_CMDLINE_XEN_DEFAULT" "$GRUB_CMDLINE_LINUX_XEN_REPLACE"; set | grep -c ^GRUB';
  const env = { PATH: process.env["PATH"] };
  return execFileSync("sh", ["-c", program], { input: text, encoding: "utf8", env }).split("\n").map(grubWords);
}

const shape = (text: string): number[] => text.split("\n").map((line) => line.trim().split(/[ \t]+/).length);

/** Files whose text is for people, or whose content is the user's own. */
const FREE_FILES = /\/(answers\/[^/]*|failure|log|console\.log|until|server\.py|asked)$/;

/** What differs in the files; paths by themselves are compared before. */
function differingFiles(plain: Ran, hostile: Ran, translate: ReturnType<typeof translator>): string[] {
  const wrong: string[] = [];
  for (const [path, { mode, content }] of plain.files) {
    const there = hostile.files.get(translate.word(path));
    const say = (what: string): void => void wrong.push(`${path}: ${what}: ${JSON.stringify(there?.content)}`);
    if (there === undefined) {
      if (!/\/until$/.test(path)) say("is not there");
      continue;
    }
    if (there.mode !== mode) say(`mode ${there.mode}, not ${mode}`);
    if (/^\/(etc\/xen|var\/lib\/pulumi-xen\/domu)\/.*\.cfg$/.test(path)) {
      const meant = Object.fromEntries(
        parseXlText(content).assignments.map(({ key, value }) => [
          translate.word(key),
          typeof value === "number"
            ? value
            : typeof value === "string"
              ? translate.word(value)
              : value.map(translate.word),
        ]),
      );
      const ours = parseXlText(there.content);
      if (ours.foreign.length > 0) say("holds lines that are no assignment");
      expect(Object.fromEntries(ours.assignments.map(({ key, value }) => [key, value]))).toEqual(meant);
      expect(pythonRead(there.content)).toEqual(meant);
      for (const [key, value] of Object.entries(meant)) {
        const before = parseXlText(content).assignments.find((one) => translate.word(one.key) === key)?.value;
        if (!/^(disk|vif|vfb)$/.test(key) || !Array.isArray(value) || !Array.isArray(before)) continue;
        value.forEach((spec, at) => {
          const parts = (text: unknown): number => String(text).split(",").length;
          // The disk's path stands last and takes the rest.
          if (key !== "disk" && parts(spec) !== parts(before[at])) say(`${key} has more parts than were meant`);
        });
      }
    } else if (!/\/until$/.test(path)) {
      // They were run, their calls were compared; and the time of it.
      if (/\/rollback\.(sh|log)$/.test(path)) continue;
      // Quoted for a shell and for GRUB: what the two of them read counts.
      if (/\/default\/(grub\.d\/zz-|pulumi-xen-grub$)/.test(path)) {
        expect(grubRead(there.content)).toEqual(grubRead(content).map((words) => words.map(translate.word)));
        continue;
      }
      const expected = translate.word(content);
      if (there.content !== expected) say(`should be ${JSON.stringify(expected)}`);
      if (!FREE_FILES.test(path) && shape(there.content).join() !== shape(content).join())
        say("has another shape of lines and words");
      if (path.includes("/network/interfaces")) {
        const counts = ({ stanzas, sources, started }: ReturnType<typeof parseInterfaces>): number[] => [
          sources.length,
          started.length,
          ...stanzas.map(({ options }) => options.length),
        ];
        expect(counts(parseInterfaces(ifupdownDialect.syntax, there.content))).toEqual(
          counts(parseInterfaces(ifupdownDialect.syntax, content)),
        );
      }
    }
  }
  for (const path of hostile.files.keys())
    if (![...plain.files.keys()].some((one) => translate.word(one) === path)) wrong.push(`${path}: nobody meant it`);
  return wrong;
}

/** Distinct calls in a form that does not depend on their order: what was two places' may be one text. */
const sorted = (calls: readonly (readonly string[])[]): string[] => [
  ...new Set(calls.map((call) => JSON.stringify(call)).sort()),
];

describe("every string that a schema knows", () => {
  it.each(DECLARATIONS.map((declaration) => [titleOf(declaration), declaration] as const))(
    "of %s is either tried here or never reaches the host",
    (_title, declaration) => {
      const { given } = givenBy(declaration, "/r", plain);
      const tried = new Set(given.map(({ path }) => path));
      const places = [...placesByPath(declaration.schema).keys()];
      expect(places.length).toBeGreaterThan(5);
      expect(places.filter((path) => !tried.has(path) && staysHere(declaration, path) === undefined)).toEqual([]);
      expect([...tried].filter((path) => !places.includes(path))).toEqual([]);
    },
  );
});

describe.each(DECLARATIONS.map((declaration) => [titleOf(declaration), declaration] as const))(
  "hostile texts in %s",
  (_title, declaration) => {
    const { kind } = declaration;
    const places = placesByPath(declaration.schema);
    const hosts: RecordingHost[] = [];
    const newHost = (shell: string): RecordingHost => {
      const host = new RecordingHost(shell);
      hosts.push(host);
      return host;
    };
    afterAll(() => {
      for (const host of hosts) host.remove();
    });

    /** A text for each place, all at once; none where check refuses them together. */
    const texts = fc.record(
      Object.fromEntries(
        [...places]
          .filter(([path]) => staysHere(declaration, path) === undefined)
          .map(([path, known]: [string, readonly StringPlace[]]) => [
            path,
            hostileFor(known).filter((text) => declaration.fits?.(path, text) !== false),
          ]),
      ),
    );

    const plainRuns = new Map<string, Promise<{ root: string; given: Given[]; ran: Ran }>>();
    /** What a plain declaration does, once for each shell. */
    function plainly(shell: string): Promise<{ root: string; given: Given[]; ran: Ran }> {
      const known = plainRuns.get(shell) ?? runPlainly(shell);
      plainRuns.set(shell, known);
      return known;
    }
    async function runPlainly(shell: string): Promise<{ root: string; given: Given[]; ran: Ran }> {
      const host = newHost(shell);
      const { inputs, given } = givenBy(declaration, host.root, plain);
      expect(await provider(kind).check({}, inputs)).toMatchObject({ failures: [] });
      return { root: host.root, given, ran: await run(declaration, host, inputs) };
    }

    async function checked(inputs: Record<string, unknown>): Promise<boolean> {
      return (await provider(kind).check({}, inputs)).failures.length === 0;
    }

    it.each([
      ["dash", isDeep ? 40 : 1],
      ["bash", isDeep ? 20 : 1],
      // busybox takes its own programs, unseen; those that are not its own are still seen.
      ["busybox sh", isDeep ? 20 : 1],
    ])("change nothing but themselves under %s", async (shell, runs) => {
      // bash calls what dash calls.
      const before = await plainly(shell === "bash" ? "dash" : shell);
      expect(before.ran.calls.length).toBeGreaterThan(shell.startsWith("busybox") ? 0 : 10);

      await fc.assert(
        fc.asyncProperty(texts, async (chosen) => {
          const host = newHost(shell);
          const { inputs, given } = givenBy(declaration, host.root, (path, plainText, under) => {
            const text = chosen[path] ?? "";
            const isName = declaration.fileNames?.includes(path) === true;
            if (under === undefined && !isName) return text;
            // As deep as the plain one, with room for what our own names append.
            const name = posix.basename(text).slice(0, 200);
            const whole = under === undefined ? name : `${under}${posix.dirname(plainText)}/${name}`;
            const isFine =
              !["", ".", ".."].includes(name) && (places.get(path) ?? []).some((place) => place.accepts(whole));
            return isFine && declaration.fits?.(path, whole) !== false ? whole : `${under ?? ""}${plainText}`;
          });
          fc.pre(await checked(inputs));
          const ran = await run(declaration, host, inputs);
          const translate = translator(declaration, [before.root, host.root], before.given, given);
          expect(ran.endings).toEqual(before.ran.endings.map(translate.word));
          const meant = before.ran.calls.map(([name = "", ...words]) => [name, ...words.map(translate.argument)]);
          expect(sorted(ran.calls)).toEqual(sorted(meant));
          expect(ran.calls.some(([name]) => name === "canary")).toBe(false);
          expect(differingFiles(before.ran, ran, translate)).toEqual([]);
          host.remove();
        }),
        // Each run takes seconds: the texts are shown as they are, not made smaller first.
        { numRuns: runs, maxSkipsPerRun: 1000, endOnFailure: true },
      );
    });

    it("are refused where a place has a form, and the refusal names the place", async () => {
      for (const [path, known] of places) {
        const refused = HOSTILE.filter((text) => !known.some((place) => place.accepts(text)));
        for (const text of refused.slice(0, isDeep ? HOSTILE.length : 4)) {
          const { inputs } = givenBy(declaration, "/r", (at, plain, under = "") =>
            at === path ? text : `${under}${plain}`,
          );
          const { failures } = await provider(kind).check({}, inputs);
          if (staysHere(declaration, path) === undefined)
            expect([path, text, failures.length]).toEqual([path, text, expect.any(Number)]);
        }
      }
    });
  },
);
