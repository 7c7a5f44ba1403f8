import { newCrypter, openCrypter, WrongPassphraseError } from "../../../../lab/engine/crypter";

it("opens with the same passphrase what it closed, also after its salt was written down", () => {
  const crypter = newCrypter("correct horse");
  const text = crypter.encrypt("bättery");
  expect(text).not.toContain("bättery");
  expect(openCrypter("correct horse", crypter.salt).decrypt(text)).toBe("bättery");
});

it("notices a wrong passphrase at once", () => {
  const { salt } = newCrypter("one");
  expect(() => openCrypter("two", salt)).toThrow(WrongPassphraseError);
});

it("opens what the Pulumi CLI 3.260 closed with the passphrase pw", () => {
  const opened = openCrypter("pw", "v1:oNiP+Wx3NhU=:v1:CyRHTU+E2Z4V1BTA:6VohV2GlmMqCv+Pmv9kGlFVj70wEvw==");
  expect(opened.salt).toContain("oNiP+Wx3NhU=");
});

it("refuses a text that was tampered with", () => {
  const crypter = newCrypter("x");
  const [version, nonce, data = ""] = crypter.encrypt("secret").split(":");
  const bytes = Buffer.from(data, "base64");
  bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
  expect(() => crypter.decrypt([version, nonce, bytes.toString("base64")].join(":"))).toThrow();
});
