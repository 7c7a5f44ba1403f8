import { newCrypter } from "../../../../lab/engine/crypter";
import { parseDeploymentFile, readDeployment, writeDeployment } from "../../../../lab/engine/deployment-format";
import type { ResourceState } from "../../../../lab/engine/resource-state";
import { makeSecret } from "../../../../lab/engine/wire-values";

const crypter = newCrypter("x");
const time = "2026-01-01T00:00:00.000Z";
const state: ResourceState = {
  urn: "urn:pulumi:s::p::t:t:T::n",
  custom: true,
  type: "t:t:T",
  id: "n-1",
  inputs: { password: makeSecret("sesame"), list: [makeSecret({ deep: "sesame" })], plain: 1 },
  outputs: {},
  dependencies: [],
  propertyDependencies: { password: [] },
};

it("writes no secret in plain, and reads it back", () => {
  const file = writeDeployment({ resources: [state], pending: [{ type: "creating", resource: state }] }, crypter, time);
  const text = JSON.stringify(file);
  expect(text).not.toContain("sesame");
  const read = readDeployment(parseDeploymentFile(text, "test"), crypter);
  expect(read.resources[0]?.inputs).toEqual(state.inputs);
  expect(read.pending).toHaveLength(1);
});

it("leaves out what says nothing, keeps keys of property dependencies, and always says whether it is custom", () => {
  const component = { ...state, custom: false };
  const [written] = writeDeployment({ resources: [component], pending: [] }, crypter, time).deployment.resources ?? [];
  expect(written).not.toHaveProperty("outputs");
  expect(written).not.toHaveProperty("dependencies");
  expect(written).toMatchObject({ custom: false, propertyDependencies: { password: [] } });
});

it("leaves out the list of resources when there are none, as the CLI does after a destroy", () => {
  const file = writeDeployment({ resources: [], pending: [] }, crypter, time);
  expect(file.deployment).not.toHaveProperty("resources");
  expect(file.deployment).not.toHaveProperty("pending_operations");
});

it("does not close a secret anew that has not changed", () => {
  const write = (): string => JSON.stringify(writeDeployment({ resources: [state], pending: [] }, crypter, time));
  expect(write()).toBe(write());
});

it("refuses a file of another kind with its name", () => {
  expect(() => parseDeploymentFile('{"version":1}', "old.json")).toThrow(
    "old.json is no Pulumi deployment of version 3.",
  );
});
