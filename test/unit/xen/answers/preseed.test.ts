import { readFileSync } from "node:fs";
import { join } from "node:path";
import { preseed, text } from "../../../../provider/xen/answers";

const golden = (name: string): string => readFileSync(join(__dirname, "../../../golden/answers", name), "utf8");

test("a preseed for a guest with a fixed address reads like the golden one", () => {
  const answers = preseed({
    hostname: "guest1",
    rootPasswordHash: "$6$salt$hash",
    authorizedKeys: ["ssh-ed25519 AAAA it's me"],
    network: { address: "198.51.100.21", netmask: "255.255.255.0", gateway: "198.51.100.1", dns: ["198.51.100.53"] },
    mirror: "http://mirror.example.org/debian",
    packages: ["curl"],
    swapMiB: 256,
    extraLines: ["d-i apt-setup/services-select multiselect"],
  });
  expect(answers.content).toBe(golden("preseed.cfg"));
  expect(`${answers.kernelArgs}\n`).toBe(golden("preseed.kernel-args"));
});

test("the smallest preseed gives root no password and asks nothing", () => {
  const { content, kernelArgs, fileName } = preseed({ hostname: "g", mirror: "http://mirror.example.org/debian" });
  expect(fileName).toBe("preseed.cfg");
  expect(content).toContain("d-i passwd/root-password-crypted password !\n");
  expect(content).toContain("mountpoint{ /boot }");
  expect(kernelArgs).toContain("url={answersUrl}");
  // Xen hands a PV guest at most 1024 characters.
  expect(kernelArgs.length).toBeLessThan(800);
});

test("makes one partition where the layout is single", () => {
  const { content } = preseed({ hostname: "g", mirror: "http://mirror.example.org/debian", layout: "single" });
  expect(content).not.toContain("mountpoint{ /boot }");
  expect(content).toContain("$bootable{ }");
});

test.each([
  [{ hostname: "a b" }],
  [{ hostname: "g", rootPassword: "a\nd-i evil" }],
  [{ hostname: "g", rootPassword: "ends with \\" }],
  [{ hostname: "g", extraLines: ["a\nb"] }],
  [{ hostname: "g", mirror: "https://mirror.example.org/debian" }],
])("what would break out of its line is refused: %j", (options) => {
  expect(() => preseed({ mirror: "http://mirror.example.org/debian", ...options })).toThrow(RangeError);
});

test.each(["a\nb", "ends with \\", " begins with a blank", "ends with a blank "])(
  "a password that cannot stand in its line is refused, and the refusal does not show it: %j",
  (rootPassword) => {
    const options = { hostname: "g", mirror: "http://mirror.example.org/debian" };
    const refusal = (): unknown => preseed({ ...options, rootPassword });
    expect(refusal).toThrow("rootPassword is [secret], but must be one line");
    expect(refusal).not.toThrow(JSON.stringify(rootPassword).slice(1, -1));
    expect(() => preseed({ ...options, rootPasswordHash: rootPassword })).toThrow(
      "rootPasswordHash is [secret], but must be a password's hash",
    );
  },
);

test("any answer file passes as it is, under a plain name", () => {
  expect(text({ fileName: "ks.cfg", content: "a\0b" })).toEqual({
    fileName: "ks.cfg",
    content: "a\0b",
    kernelArgs: "",
  });
  expect(() => text({ fileName: "../x", content: "" })).toThrow("fileName");
});
