/**
 * Answer files: what an unattended installer reads instead of asking. Pure.
 *
 * While a guest is being installed the host serves the file to it and fills in these tokens, in the text and in the
 * kernel arguments:
 *   {treeUrl}       the content of InstallMedia's ISO: http://ADDRESS:PORT/GUEST/tree
 *   {mediaUrl}      where InstallMedia's files are: http://ADDRESS:PORT/GUEST/files
 *   {answersUrl}    where this file is
 *   {answersFolderUrl}   the folder that it is in, with its `files`
 *   {hostAddress}   the host's address on the bridge
 */

/** An answer file and how the installer is told of it. */
export interface Answers {
  /** Its name in the URL: letters, digits and `. _ -`. */
  readonly fileName: string;
  /** The whole file, with its tokens in braces. */
  readonly content: string;
  /** Further files that stand beside it, by name, with the same tokens. Default: none. */
  readonly files?: Readonly<Record<string, string>>;
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
export function text(answers: Omit<Answers, "kernelArgs"> & { readonly kernelArgs?: string }): Answers {
  const { fileName, content, files, kernelArgs = "" } = answers;
  const faults = [fileName, ...Object.keys(files ?? {})].flatMap((name, index) =>
    [
      ...(/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)
        ? []
        : [`must be a name of letters, digits and . _ - without folders`]),
      ...(index > 0 && name === fileName ? ["must not be the name of the answer file itself"] : []),
    ].map(
      (fault) =>
        `xen.answers.text: ${index === 0 ? "fileName" : "a name of files"} is ${JSON.stringify(name)}, but ${fault}.`,
    ),
  );
  if (faults.length > 0) throw new AnswersError(faults.join("\n"));
  return { fileName, content, ...(files === undefined ? {} : { files }), kernelArgs };
}
