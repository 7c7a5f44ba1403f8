/**
 * What users know as `xen.answers`: `preseed` for Debian's installer, `text` for any other.
 *
 * Outputs and secrets go wherever a value goes: `xen.answers.preseed({ hostname, mirror, rootPasswordHash: secret })` is an
 * Output then, and a secret where one of them is.
 */
import type * as pulumi from "@pulumi/pulumi";
import { type Args, mapArgs } from "../../pulumi";
import * as plain from "../../xen/answers";
import type { Answers, PreseedNetwork, PreseedOptions } from "../../xen/answers";

export type { Answers, PreseedNetwork, PreseedOptions };

type AnswerText = Omit<Answers, "kernelArgs"> & Partial<Pick<Answers, "kernelArgs">>;

/** Any answer file, as it is: `text({ fileName: "ks.cfg", content, kernelArgs: "inst.ks={answersUrl}" })`. */
export function text(answers: AnswerText): Answers;
/** Any answer file, of which Outputs or secrets are a part. */
export function text(answers: Args<AnswerText>): pulumi.Output<Answers>;
export function text(answers: Args<AnswerText>): Answers | pulumi.Output<Answers> {
  return mapArgs(answers, plain.text);
}

/**
 * Answers for Debian's installer, which installs a guest without asking anything.
 *
 * @throws RangeError for a value that the installer could not use.
 */
export function preseed(options: PreseedOptions): Answers;
/** Answers for Debian's installer, of which Outputs or secrets are a part. */
export function preseed(options: Args<PreseedOptions>): pulumi.Output<Answers>;
export function preseed(options: Args<PreseedOptions>): Answers | pulumi.Output<Answers> {
  return mapArgs(options, plain.preseed);
}
