import { keepalive } from "../../../provider/remote/ssh2/keepalive";

/** A link of this speed, on which requests wait behind what was sent before them; 0: dark. */
function slowLink(bytesPerSecond: number): {
  client: Parameters<typeof keepalive>[0];
  send: (bytes: number) => void;
  sent: () => number;
} {
  let sent = 0;
  let freeAt = 0;
  return {
    send(bytes) {
      sent += bytes;
      freeAt = Math.max(freeAt, performance.now()) + (bytes / bytesPerSecond) * 1000;
    },
    sent: () => sent,
    client: {
      unforwardIn(_address, _port, answered) {
        if (bytesPerSecond > 0) setTimeout(answered, Math.max(freeAt - performance.now(), 0) + 50);
      },
    },
  };
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

it("a silent link is dark after 20 s, once", () => {
  const link = slowLink(0);
  const onDark = jest.fn();
  keepalive(link.client, link.sent, onDark);
  jest.advanceTimersByTime(19_000);
  expect(onDark).not.toHaveBeenCalled();
  jest.advanceTimersByTime(60_000);
  expect(onDark).toHaveBeenCalledTimes(1);
});

it("a link of 20 kB/s that is full of an upload is not dark, and one that stands still with it is", () => {
  for (const [bytesPerSecond, isDark] of [
    [20_000, false],
    [0, true],
  ] as const) {
    const link = slowLink(bytesPerSecond);
    const onDark = jest.fn();
    const stop = keepalive(link.client, link.sent, onDark);
    link.send(2 * 1024 * 1024);
    jest.advanceTimersByTime(200_000);
    expect(onDark).toHaveBeenCalledTimes(isDark ? 1 : 0);
    stop();
  }
});

it("an answer brings back the usual 20 s", () => {
  const link = slowLink(20_000);
  const onDark = jest.fn();
  keepalive(link.client, link.sent, onDark);
  link.send(2 * 1024 * 1024);
  jest.advanceTimersByTime(200_000);
  link.client.unforwardIn = () => undefined;
  jest.advanceTimersByTime(30_000);
  expect(onDark).toHaveBeenCalledTimes(1);
});
