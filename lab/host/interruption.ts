/**
 * What is to be undone when this process is ended from outside while something of ours runs.
 */

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Calls `cleanUp` (which must not wait for anything) if the process exits or is sent a signal that ends it.
 * @returns the function that calls it off.
 */
export function onInterruption(cleanUp: () => void): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    callOff();
    cleanUp();
    // Having a listener at all keeps a signal from ending the process. Unless somebody else listens too and decides, end.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const onExit = (): void => cleanUp();
  const callOff = (): void => {
    process.removeListener("exit", onExit);
    for (const signal of signals) process.removeListener(signal, onSignal);
  };
  process.once("exit", onExit);
  for (const signal of signals) process.on(signal, onSignal);
  return callOff;
}
