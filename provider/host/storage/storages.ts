/** The kinds of storage; a program's `format` names one. Pure. */
import { block } from "./block";
import { qcow2 } from "./qcow2";
import { raw } from "./raw";
import type { Storage, StorageFormat } from "./storage";

const STORAGES: Readonly<Record<StorageFormat, Storage>> = { raw, qcow2, block };

export function storageOf(format: StorageFormat = "raw"): Storage {
  return STORAGES[format];
}
