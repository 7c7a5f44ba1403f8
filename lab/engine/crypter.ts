/**
 * Secrets in the state file, in the form of Pulumi's passphrase provider, so that `pulumi stack import` opens them with
 * the same passphrase: PBKDF2-SHA256 (1,000,000 rounds, 32 bytes) and AES-256-GCM, written `v1:<nonce>:<data and tag>`.
 */
import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from "node:crypto";

const ROUNDS = 1_000_000;
const KEY_BYTES = 32;
const SALT_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What is encrypted into the salt text, so that a wrong passphrase is noticed at once. */
const PROOF = "pulumi";

export interface Crypter {
  /** `v1:<base64 salt>:<the word "pulumi", encrypted>`: `secrets_providers.state.salt`, or `encryptionsalt`. */
  readonly salt: string;
  encrypt(plain: string): string;
  /** @throws Error when the text was not written with this key. */
  decrypt(text: string): string;
}

/** The passphrase does not open what it should open. */
export class WrongPassphraseError extends Error {
  constructor() {
    super(
      "The passphrase does not open this state. " +
        "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the one it was written with.",
    );
    this.name = "WrongPassphraseError";
  }
}

export function newCrypter(passphrase: string): Crypter {
  const salt = randomBytes(SALT_BYTES);
  const key = deriveKey(passphrase, salt);
  return crypter(`v1:${salt.toString("base64")}:${encrypt(key, PROOF)}`, key);
}

/** @throws WrongPassphraseError */
export function openCrypter(passphrase: string, saltText: string): Crypter {
  const [version, salt, ...proof] = saltText.split(":");
  if (version !== "v1" || salt === undefined)
    throw new Error(`The salt of this state has a form this engine does not know: ${version ?? ""}`);
  const key = deriveKey(passphrase, Buffer.from(salt, "base64"));
  const opened = crypter(saltText, key);
  try {
    if (opened.decrypt(proof.join(":")) === PROOF) return opened;
  } catch {
    // Falls through: GCM's tag did not match, which says the same.
  }
  throw new WrongPassphraseError();
}

// Deriving a key takes a tenth of a second, or two on a busy machine: several runs in one process derive it once.
const derived = new Map<string, Buffer>();

function deriveKey(passphrase: string, salt: Buffer): Buffer {
  const name = `${salt.toString("base64")}:${passphrase}`;
  const key = derived.get(name) ?? pbkdf2Sync(passphrase, salt, ROUNDS, KEY_BYTES, "sha256");
  derived.set(name, key);
  return key;
}

function crypter(salt: string, key: Buffer): Crypter {
  return { salt, encrypt: (plain) => encrypt(key, plain), decrypt: (text) => decrypt(key, text) };
}

function encrypt(key: Buffer, plain: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const data = Buffer.concat([cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${data.toString("base64")}`;
}

function decrypt(key: Buffer, text: string): string {
  const [version, nonce, data] = text.split(":");
  if (version !== "v1" || nonce === undefined || data === undefined)
    throw new Error("This is no text encrypted with a passphrase.");
  const bytes = Buffer.from(data, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(0, bytes.length - TAG_BYTES)), decipher.final()]).toString(
    "utf8",
  );
}
