/**
 * What users know as `xen.answers`: `preseed` for Debian's installer, `kickstart` for that of EL and Fedora, `autoinstall` for
 * Ubuntu's, `autoyast` for SUSE's, `alpine` for setup-alpine, `text` for any other.
 *
 * Outputs and secrets go wherever a value goes: `xen.answers.preseed({ hostname, mirror, rootPasswordHash: secret })` is an
 * Output then, and a secret where one of them is.
 */
import type * as pulumi from "@pulumi/pulumi";
import { type Args, mapArgs } from "../../pulumi";
import * as plain from "../../xen/answers";
import type {
  AlpineOptions,
  Answers,
  AnswersLogin,
  AnswersNetwork,
  AnswersOptions,
  AnswersUser,
  AutoinstallOptions,
  AutoyastOptions,
  KickstartOptions,
  PreseedOptions,
} from "../../xen/answers";

export type {
  AlpineOptions,
  Answers,
  AnswersLogin,
  AnswersNetwork,
  AnswersOptions,
  AnswersUser,
  AutoinstallOptions,
  AutoyastOptions,
  KickstartOptions,
  PreseedOptions,
};

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

/**
 * Answers for the installer of EL and Fedora, which installs a guest without asking anything.
 *
 * @throws RangeError for a value that the installer could not use.
 */
export function kickstart(options: KickstartOptions): Answers;
/** Answers for the installer of EL and Fedora, of which Outputs or secrets are a part. */
export function kickstart(options: Args<KickstartOptions>): pulumi.Output<Answers>;
export function kickstart(options: Args<KickstartOptions>): Answers | pulumi.Output<Answers> {
  return mapArgs(options, plain.kickstart);
}

/**
 * Answers for Ubuntu's server installer, which installs a guest without asking anything.
 *
 * @throws RangeError for a value that the installer could not use.
 */
export function autoinstall(options: AutoinstallOptions): Answers;
/** Answers for Ubuntu's server installer, of which Outputs or secrets are a part. */
export function autoinstall(options: Args<AutoinstallOptions>): pulumi.Output<Answers>;
export function autoinstall(options: Args<AutoinstallOptions>): Answers | pulumi.Output<Answers> {
  return mapArgs(options, plain.autoinstall);
}

/**
 * Answers for the installer of openSUSE and SLE, which installs a guest without asking anything.
 *
 * @throws RangeError for a value that the installer could not use.
 */
export function autoyast(options: AutoyastOptions): Answers;
/** Answers for the installer of openSUSE and SLE, of which Outputs or secrets are a part. */
export function autoyast(options: Args<AutoyastOptions>): pulumi.Output<Answers>;
export function autoyast(options: Args<AutoyastOptions>): Answers | pulumi.Output<Answers> {
  return mapArgs(options, plain.autoyast);
}

/**
 * Answers for setup-alpine, which installs a guest without asking anything.
 *
 * @throws RangeError for a value that the installer could not use.
 */
export function alpine(options: AlpineOptions): Answers;
/** Answers for setup-alpine, of which Outputs or secrets are a part. */
export function alpine(options: Args<AlpineOptions>): pulumi.Output<Answers>;
export function alpine(options: Args<AlpineOptions>): Answers | pulumi.Output<Answers> {
  return mapArgs(options, plain.alpine);
}
