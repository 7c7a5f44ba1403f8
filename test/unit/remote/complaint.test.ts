import {
  AuthenticationError,
  BadInputError,
  ConnectError,
  HostKeyError,
  UnsupportedError,
} from "../../../provider/errors";
import { mayPass } from "../../../provider/remote/connection/unreachable";
import { complaint, silent } from "../../../provider/remote/openssh/complaint";

const RACK = { host: "rack-7", transport: "openssh" } as const;

// As OpenSSH 9.2p1 of Debian 12 says it, except where a version is named.
const CHANGED = `@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
The fingerprint for the ED25519 key sent by the remote host is
SHA256:KscerHZYbXSi0Cz5dwBGAsrjK1vUWJSJ4DJmMvHffYM.
Please contact your system administrator.
Offending ED25519 key in /home/me/.ssh/known_hosts:7
Host key for 198.51.100.7 has changed and you have requested strict checking.
Host key verification failed.`;

describe("ssh's words", () => {
  it.each<[string, new (what: string) => Error, string, boolean]>([
    ["Could not resolve hostname rack-7: Name or service not known", ConnectError, 'Add "Host rack-7"', false],
    ["ssh: connect to host 198.51.100.7 port 22: Connection refused", ConnectError, "See that the host runs", true],
    ["ssh: connect to host 198.51.100.7 port 22: No route to host", ConnectError, "See that the host runs", true],
    ["kex_exchange_identification: read: Connection reset by peer", ConnectError, "See that the host runs", true],
    ["Connection timed out during banner exchange", ConnectError, "See that the host runs", true],
    ["words of a version to come", ConnectError, "words of a version to come", true],
    ["", ConnectError, "ssh ended with exit code 255", true],
    [
      "Unable to negotiate with 198.51.100.7 port 22: no matching host key type found. Their offer: ssh-dss",
      ConnectError,
      "Their offer: ssh-dss",
      false,
    ],
    ["me@rack-7: Permission denied (publickey,password).", AuthenticationError, "ssh-add", false],
    [
      "Received disconnect from 198.51.100.7 port 22:2: Too many authentication failures",
      AuthenticationError,
      "IdentitiesOnly",
      false,
    ],
    [
      "channel 0: open failed: administratively prohibited: open failed\nstdio forwarding failed",
      AuthenticationError,
      "AllowTcpForwarding",
      false,
    ],
    [
      "No ED25519 host key is known for rack-7 and you have requested strict checking.\nHost key verification failed.",
      HostKeyError,
      "Log in once by hand (ssh rack-7)",
      false,
    ],
    [CHANGED, HostKeyError, "expected is the ED25519 key in /home/me/.ssh/known_hosts:7", false],
    [
      "@       WARNING: REVOKED HOST KEY DETECTED!               @\nED25519 host key for rack-7 was revoked and you have requested strict checking.\nHost key verification failed.",
      HostKeyError,
      "marked as revoked",
      false,
    ],
    [
      "/home/me/.ssh/config: line 3: Bad configuration option: colour\n/home/me/.ssh/config: terminating, 1 bad configuration options",
      BadInputError,
      "line 3: Bad configuration option: colour",
      false,
    ],
    ["Bad owner or permissions on /home/me/.ssh/config", BadInputError, "Bad owner or permissions", false],
  ])("%j become an error that says what to do", (said, type, words, isTriedAgain) => {
    const error = complaint(RACK, 255, `${said}\r\n`);
    expect(error).toBeInstanceOf(type);
    expect(error.message).toContain(words);
    expect(error.hint).toEqual(expect.any(String));
    expect(mayPass(error)).toBe(isTriedAgain);
  });

  it("say that ssh is not installed where the shell says so", () => {
    expect(complaint(RACK, 127, "sh: 1: exec: ssh: not found")).toBeInstanceOf(UnsupportedError);
  });

  it("are cut to their end where they are long; without any, the error says how long it waited", () => {
    expect(complaint(RACK, 255, "x".repeat(100_000)).message.length).toBeLessThan(1_000);
    expect(silent(RACK, 35, "").message).toBe(
      'ssh did not log in to rack-7 within 35 s.\nTry "ssh rack-7" by hand: it must log in without asking anything.',
    );
  });
});
