/** A file of ours as it is to be on the host. */
export interface UploadTarget {
  readonly path: string;
  readonly mode: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** In front of what is said of its progress: what it is about, as for a job, and what the file is. Absent: nothing is said. */
  readonly shownAs?: { readonly object: string; readonly label: string };
}
