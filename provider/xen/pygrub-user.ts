/**
 * The system user as which pygrub reads guests' disks. It owns nothing and may log in nowhere; a guest's image is
 * readable to its group. Pure.
 */
export const PYGRUB_USER = "pulumi-xen-pygrub";
