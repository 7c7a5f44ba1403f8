/** The program that tells who else has a guest's name, uuid, addresses or disks: alike for all toolstacks, but for who lists the domains. Pure. */
import { libraryText } from "../shell";

const asked = libraryText(__dirname, "in-use-asked.py");
const stored = libraryText(__dirname, "in-use-stored.py");

/** `domains`: the toolstack's own part. */
export function inUseProgram(domains: string): string {
  return `${asked}\n${domains}\n${stored}`;
}
