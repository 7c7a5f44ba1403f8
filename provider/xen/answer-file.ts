/**
 * Answer files: what an unattended installer reads instead of asking. Pure.
 *
 * While a guest is being installed the host serves the file to it and fills in these tokens, in the text and in the
 * kernel arguments:
 *   {mediaUrl}      where InstallMedia's files are: http://ADDRESS:PORT/GUEST/files
 *   {answersUrl}    where this file is
 *   {hostAddress}   the host's address on the bridge
 *
 * Kickstart, autoinstall and AutoYaST have their place here as further functions; until then `text` takes any file.
 */

/** An answer file and how the installer is told of it. */
export interface Answers {
  /** Its name in the URL: letters, digits and `. _ -`. */
  readonly fileName: string;
  /** The whole file, with its tokens in braces. */
  readonly content: string;
  /** What is put on the installer's kernel command line; it takes the same tokens. Default: nothing. */
  readonly kernelArgs: string;
}

/**
 * Answers that no installer could use. Pulumi shows the message of an error that bears this mark alone, without a stack of
 * our own functions: what the program said is at fault.
 */
export class AnswersError extends RangeError {
  readonly __pulumiRunError = true;
}

/** Any answer file, as it is: `text({ fileName: "ks.cfg", content, kernelArgs: "inst.ks={answersUrl}" })`. */
export function text(answers: { fileName: string; content: string; kernelArgs?: string }): Answers {
  const { fileName, content, kernelArgs = "" } = answers;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(fileName)) {
    throw new AnswersError(
      `xen.answers.text: fileName is ${JSON.stringify(fileName)}, but must be a name of letters, digits and . _ - without folders.`,
    );
  }
  return { fileName, content, kernelArgs };
}
