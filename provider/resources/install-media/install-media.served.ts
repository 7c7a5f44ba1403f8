/** Which media of this program serve nothing: their output `serve`, which is not there then, stays unknown in a preview. */
const serveNothing = new WeakSet<object>();

export function noteServesNothing(media: object): void {
  serveNothing.add(media);
}

export function servesNothing(media: unknown): boolean {
  return typeof media === "object" && media !== null && serveNothing.has(media);
}
