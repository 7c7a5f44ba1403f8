/* Laid under every program of the host (ld.so.preload): this kernel makes no /proc/xen, and nobody else can, so whoever looks for
 * /proc/xen/NAME gets /run/xenp/NAME, which stand-ins/init makes where the host "runs under Xen". */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *moved(const char *path, char *room) {
  if (path == NULL || strncmp(path, "/proc/xen/", 10) != 0 || strlen(path) > 200) return path;
  sprintf(room, "/run/xenp/%s", path + 10);
  return room;
}

#define REAL(name)                                   \
  static __typeof__(name) *real;                     \
  char room[256];                                    \
  if (real == NULL) real = dlsym(RTLD_NEXT, #name);  \
  path = moved(path, room)

#define MODE                                         \
  mode_t mode = 0;                                   \
  if (flags & (O_CREAT | O_TMPFILE)) {               \
    va_list more;                                    \
    va_start(more, flags);                           \
    mode = va_arg(more, mode_t);                     \
    va_end(more);                                    \
  }

int open(const char *path, int flags, ...) { MODE REAL(open); return real(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE REAL(open64); return real(path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE REAL(openat); return real(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE REAL(openat64); return real(at, path, flags, mode); }
int stat(const char *restrict path, struct stat *restrict said) { REAL(stat); return real(path, said); }
int stat64(const char *restrict path, struct stat64 *restrict said) { REAL(stat64); return real(path, said); }
int fstatat(int at, const char *restrict path, struct stat *restrict said, int how) { REAL(fstatat); return real(at, path, said, how); }
int fstatat64(int at, const char *restrict path, struct stat64 *restrict said, int how) { REAL(fstatat64); return real(at, path, said, how); }
int access(const char *path, int how) { REAL(access); return real(path, how); }
int faccessat(int at, const char *path, int how, int flags) { REAL(faccessat); return real(at, path, how, flags); }
FILE *fopen(const char *restrict path, const char *restrict how) { REAL(fopen); return real(path, how); }
FILE *fopen64(const char *restrict path, const char *restrict how) { REAL(fopen64); return real(path, how); }
