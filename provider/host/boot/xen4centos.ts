/** Xen4CentOS's packages of Enterprise Linux 7, which make Xen the default before anybody has seen it run, unless they are told not to. Shell text; pure. */
import { libraryText } from "../../shell";

/** Before the packages, whose grub-bootxen.sh reads it. */
export const keepLinuxFirst = libraryText(__dirname, "xen4centos.sh");
