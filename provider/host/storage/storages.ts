/** The kinds of storage; a program's `format` names one. Pure. */
import { block } from "./block";
import { lvm } from "./lvm/lvm";
import { qcow2 } from "./qcow2";
import { raw } from "./raw";
import type { Storage, StorageFormat } from "./storage";

const STORAGES: Readonly<Record<StorageFormat, Storage>> = { raw, qcow2, lvm, block };

export function storageOf(format: StorageFormat = "raw"): Storage {
  return STORAGES[format];
}
