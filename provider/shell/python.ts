/** The Python of a host, by whatever name: CentOS 6 has no python3. A program of ours that runs by it is written for 2.6 and 3. Pure. */
import { sh } from "./sh";

/** As they are looked for, in this order. */
export const PYTHONS = ["python3", "python2", "python"] as const;

/** A word of the shell: where it is; empty where there is none. */
export const anyPython = sh`"$(${PYTHONS.reduceRight((others, python) => sh`command -v ${python} || ${others}`, sh`:`)})"`;
