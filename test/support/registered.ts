/** What a program registers, as the engine would get it, without an engine. */
import * as pulumi from "@pulumi/pulumi";

interface How {
  /** In a preview no output is known. */
  readonly preview: boolean;
  /** The id that a resource gets. */
  readonly idOf: (name: string) => string | undefined;
  /** What it tells besides its inputs. */
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The inputs of each resource by its name. */
export async function registered(
  program: () => void,
  { preview, idOf, outputs = {} }: How,
): Promise<Record<string, Record<string, unknown>>> {
  const sent: Record<string, Record<string, unknown>> = {};
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => {
        sent[name] = inputs as Record<string, unknown>;
        return { id: idOf(name), state: { ...(inputs as Record<string, unknown>), ...outputs } };
      },
      call: () => ({}),
    },
    "shop",
    "prod",
    preview,
  );
  program();
  await pulumi.runtime.disconnect();
  return sent;
}
