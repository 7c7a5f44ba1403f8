/** A law of a bridge alone: what its preview calls a setting needs no link to go down, and nothing else does. */
import { bridgePlan } from "../../../provider/resources/bridge/bridge.findings";
import type { BridgeInputs } from "../../../provider/resources/bridge/bridge.properties";
import { needsOnlySettings } from "../../../provider/resources/bridge/bridge.steps";
import type { OwnLaw } from "../kind";
import { looked, made } from "./host";

const SETTINGS = [
  "stp",
  "forwardDelaySeconds",
  "helloTimeSeconds",
  "maxAgeSeconds",
  "ageingSeconds",
  "priority",
  "mtu",
  "trunkVlans",
  "nat",
  "guestDhcp",
];

export const settingsAlone: OwnLaw<BridgeInputs> = (_program, olds, news) => {
  if (olds.name !== news.name) return [];
  const network = looked(made(olds));
  const plan = bridgePlan(network, news);
  const links = plan.changes.filter(({ property }) => property !== "adopt" && !SETTINGS.includes(property));
  const words = plan.changes.map(({ text }) => text).join("; ");
  return plan.changes.length === 0 || needsOnlySettings(network, news, plan) === (links.length === 0)
    ? []
    : [`${words}: ${links.length === 0 ? "takes links down" : "is called a setting"}`];
};
