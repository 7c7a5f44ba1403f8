/** The check of what a program says of a guest's first boot: a sentence for each value, and never a secret in one. Pure. */
import { z } from "zod";
import type { CloudInit } from "../../xen";
import {
  address4,
  commandLine,
  domainName,
  hostLabel,
  netmask4,
  onlyHash,
  packageName,
  publicKeyLine,
  timeZone,
  userName,
} from "../../xen/answers/values";

/** A text by a rule of the answer files: a value means the same to an installer and to cloud-init. */
function ruled(rule: (value: string) => string | undefined): z.ZodType<string> {
  return z.string().superRefine((value, context) => {
    const fault = rule(value);
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
  });
}

/** What cloud-init takes for user-data, by its first line. */
const USER_DATA =
  /^(#cloud-config(-archive)?\s|#!|#include|#cloud-boothook|#part-handler|## template: ?jinja|Content-Type: ?multipart\/|MIME-Version:)/i;

const keys = z.array(ruled(publicKeyLine)).optional();

export const cloudInitSchema: z.ZodType<CloudInit> = z.strictObject({
  hostname: ruled(hostLabel).optional(),
  domain: ruled(domainName).optional(),
  authorizedKeys: keys,
  users: z
    .array(
      z.strictObject({
        name: ruled(userName),
        authorizedKeys: keys,
        passwordHash: ruled(onlyHash).optional(),
        isAdmin: z.boolean().optional(),
        shell: z
          .string()
          .regex(/^(\/[A-Za-z0-9._+-]+)+$/, "must be the absolute path of a shell in the guest, such as /bin/bash")
          .optional(),
      }),
    )
    .optional(),
  rootPasswordHash: ruled(onlyHash).optional(),
  timezone: ruled(timeZone).optional(),
  packages: z.array(ruled(packageName)).optional(),
  runcmd: z.array(ruled(commandLine)).optional(),
  network: z
    .strictObject({
      address: ruled(address4).optional(),
      netmask: ruled(netmask4),
      gateway: ruled(address4).optional(),
      dns: z.array(ruled(address4)).optional(),
    })
    .optional(),
  device: z
    .string()
    .regex(/^xvd[a-z]{1,3}$/, "must be a whole disk such as xvdp")
    .optional(),
  userData: z
    .string()
    .regex(USER_DATA, "must begin with a line that cloud-init knows, such as #cloud-config or #!/bin/sh")
    .optional(),
  networkData: z
    .string()
    .regex(/^\s*(version|network)\s*:/m, "must be a network-config of cloud-init, which has a line `version: 2`")
    .optional(),
});
