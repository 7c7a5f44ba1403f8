/** The door of lab/engine. */
export { chooseEngine, engineLine, type EngineName } from "./choose-engine";
export { parseDeploymentFile, type DeploymentFile } from "./deployment-format";
export { practiceEngine } from "./practice-engine";
export { findPulumi, type PulumiCommand } from "./pulumi-command";
export { pulumiEngine } from "./pulumi-engine";
export type { StackAction, StackEngine, StackOptions, StackResult } from "./stack-engine";
