/**
 * The provider as a process of its own, so that it can really be killed: node -r typescript-loader.cjs provider-process.ts.
 * As the SDK's launcher does, it takes `__provider` off the checked inputs and puts it on whatever comes back.
 */
import { flushCompileCache } from "node:module";
import { provider } from "../../../provider/lifecycle";
import type { Call, CallFault, Properties, Said } from "./provider-protocol";

// Else it is written at the end, and this process is killed.
flushCompileCache();
process.on("message", (call: Call) => {
  void perform(call).then((said) => process.send?.(said));
});
process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit(0));

async function perform({ number, kind, method, args }: Call): Promise<Said> {
  try {
    // One of the six, with the arguments that the engine made for it.
    const methods = provider(kind) as unknown as Record<
      string,
      (...given: unknown[]) => Promise<Properties | undefined>
    >;
    return { number, result: await methods[method]?.(...args) };
  } catch (error) {
    return { number, error: faultOf(error) };
  }
}

function faultOf(error: unknown): CallFault {
  const { message, id, properties } = error as Error & { id?: string; properties?: Properties };
  return {
    message,
    ...(id === undefined ? {} : { id }),
    ...(properties === undefined ? {} : { properties }),
  };
}
