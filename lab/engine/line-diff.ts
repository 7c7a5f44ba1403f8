/** The difference of two texts, line by line. */

export interface DiffLine {
  readonly mark: " " | "-" | "+";
  readonly line: string;
}

/** More pairs of lines than this are not compared one by one: the middle is shown as removed and added. */
const MAX_PAIRS = 4_000_000;

/** The lines of both, the common ones once: a longest common subsequence. */
export function diffLines(a: string, b: string): DiffLine[] {
  const olds = a.split("\n");
  const news = b.split("\n");
  const head = commonLength(olds, news);
  const tail = commonLength(olds.slice(head).reverse(), news.slice(head).reverse());
  const middle = diffMiddle(olds.slice(head, olds.length - tail), news.slice(head, news.length - tail));
  const same = (lines: readonly string[]): DiffLine[] => lines.map((line) => ({ mark: " ", line }));
  return [...same(olds.slice(0, head)), ...middle, ...same(olds.slice(olds.length - tail))];
}

/** Leaves of the common lines only `context` around each change; `…` stands for what is left out. */
export function withContext(lines: readonly DiffLine[], context: number): DiffLine[] {
  const near = (at: number): boolean =>
    lines.slice(Math.max(0, at - context), at + context + 1).some(({ mark }) => mark !== " ");
  return lines.flatMap((line, at) => {
    if (near(at)) return [line];
    return at > 0 && near(at - 1)
      ? [{ mark: " ", line: "…" } as const]
      : at === 0 && lines.length > 1
        ? [{ mark: " ", line: "…" } as const]
        : [];
  });
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  const differs = a.findIndex((line, at) => line !== b[at]);
  return differs === -1 ? Math.min(a.length, b.length) : differs;
}

function diffMiddle(olds: readonly string[], news: readonly string[]): DiffLine[] {
  const removed = (lines: readonly string[]): DiffLine[] => lines.map((line) => ({ mark: "-", line }));
  const added = (lines: readonly string[]): DiffLine[] => lines.map((line) => ({ mark: "+", line }));
  if (olds.length * news.length > MAX_PAIRS) return [...removed(olds), ...added(news)];
  // longest[i][j]: length of the longest common subsequence of olds from i on and news from j on.
  const longest = Array.from({ length: olds.length + 1 }, () => new Uint32Array(news.length + 1));
  const at = (i: number, j: number): number => longest[i]?.[j] ?? 0;
  for (let i = olds.length - 1; i >= 0; i--) {
    for (let j = news.length - 1; j >= 0; j--) {
      const row = longest[i];
      if (row !== undefined) row[j] = olds[i] === news[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < olds.length && j < news.length) {
    if (olds[i] === news[j]) {
      lines.push({ mark: " ", line: olds[i] ?? "" });
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) lines.push({ mark: "-", line: olds[i++] ?? "" });
    else lines.push({ mark: "+", line: news[j++] ?? "" });
  }
  return [...lines, ...removed(olds.slice(i)), ...added(news.slice(j))];
}
