import { counted, progressLine } from "../../../../provider/remote/upload/upload-progress";

const MB = 1_000_000;

test("an upload tells percent, rate and time left, and whoever uploads gets every byte", async () => {
  let clock = 0;
  const said: string[] = [];
  const chunk = Buffer.alloc(MB, "x");
  const content = (async function* () {
    for (let sent = 0; sent < 40; sent += 1) {
      clock += 1000;
      yield await Promise.resolve(chunk);
    }
  })();
  let bytes = 0;
  const upload = counted(content, { label: "image", sizeBytes: 40 * MB, say: (line) => said.push(line) }, () => clock);
  for await (const piece of upload) bytes += piece.length;
  expect(bytes).toBe(40 * MB);
  expect(said).toEqual([
    "image: 25 % (10 of 40 MB), 1.0 MB/s, 30 s left",
    "image: 50 % (20 of 40 MB), 1.0 MB/s, 20 s left",
    "image: 75 % (30 of 40 MB), 1.0 MB/s, 10 s left",
    "image: 100 % (40 of 40 MB), 1.0 MB/s",
  ]);
});

test("an upload that takes less than ten seconds tells nothing", async () => {
  const said: string[] = [];
  const content = (async function* () {
    yield await Promise.resolve(Buffer.from("short"));
  })();
  for await (const _ of counted(content, { label: "image", sizeBytes: 5, say: (line) => said.push(line) }, () => 0));
  expect(said).toEqual([]);
});

test.each([
  [{ done: 5 * MB, sizeBytes: 3600 * MB, seconds: 10 }, "image: 0 % (5 of 3600 MB), 0.5 MB/s, 1 h 59 min left"],
  [{ done: 10 * MB, sizeBytes: 160 * MB, seconds: 10 }, "image: 6 % (10 of 160 MB), 1.0 MB/s, 3 min left"],
  [{ done: 50_000, sizeBytes: MB, seconds: 10 }, "image: 5 % (0 of 1 MB), 5 kB/s, 3 min left"],
  [{ done: 0, sizeBytes: MB, seconds: 10 }, "image: 0 % (0 of 1 MB), 0 kB/s"],
])("%j is said as %s", (state, line) => {
  expect(progressLine({ label: "image", ...state })).toBe(line);
});
