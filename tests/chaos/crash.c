/* Preloaded into a process, it counts the calls that change files in the folder CRASH_FOLDER, and ends the process at
 * call number CRASH_AT, as kill -9 does. A write at that number is torn: half of its bytes arrive. Each call adds one
 * byte to the file CRASH_LOG, if that is given. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int steps, last = -1;

static int counts(int descriptor, const char *path) {
    static __thread char link[64], target[4096];
    const char *folder = getenv("CRASH_FOLDER");
    if (!folder) return 0;
    if (!path) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
        ssize_t length = readlink(link, target, sizeof target - 1);
        if (length < 0) return 0;
        target[length] = 0;
        path = target;
    }
    return strstr(path, folder) != NULL;
}

static int is_last(void) {
    const char *log = getenv("CRASH_LOG");
    if (last < 0) last = getenv("CRASH_AT") ? atoi(getenv("CRASH_AT")) : 0;
    if (log) {
        int descriptor = open(log, O_WRONLY | O_APPEND | O_CREAT, 0600);
        syscall(SYS_write, descriptor, ".", 1);
        close(descriptor);
    }
    return ++steps == last;
}

static void die(void) { syscall(SYS_exit_group, 9); }

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define WRITE(name, offset_type) \
    ssize_t name(int descriptor, const void *bytes, size_t size, offset_type offset) { \
        if (counts(descriptor, NULL) && is_last()) { REAL(name)(descriptor, bytes, size / 2, offset); die(); } \
        return REAL(name)(descriptor, bytes, size, offset); \
    }
WRITE(pwrite, off_t)
WRITE(pwrite64, off64_t)

ssize_t write(int descriptor, const void *bytes, size_t size) {
    if (counts(descriptor, NULL) && is_last()) { REAL(write)(descriptor, bytes, size / 2); die(); }
    return REAL(write)(descriptor, bytes, size);
}

#define ON_DESCRIPTOR(name, parameters, arguments) \
    int name parameters { if (counts(descriptor, NULL) && is_last()) die(); return REAL(name) arguments; }
#define ON_PATH(name, parameters, arguments) \
    int name parameters { if (counts(-1, path) && is_last()) die(); return REAL(name) arguments; }

ON_DESCRIPTOR(fsync, (int descriptor), (descriptor))
ON_DESCRIPTOR(fdatasync, (int descriptor), (descriptor))
ON_DESCRIPTOR(ftruncate, (int descriptor, off_t size), (descriptor, size))
ON_DESCRIPTOR(ftruncate64, (int descriptor, off64_t size), (descriptor, size))
ON_DESCRIPTOR(unlinkat, (int descriptor, const char *path, int flags), (descriptor, path, flags))
ON_PATH(rename, (const char *path, const char *now), (path, now))
ON_PATH(unlink, (const char *path), (path))
ON_PATH(rmdir, (const char *path), (path))
ON_PATH(mkdir, (const char *path, mode_t mode), (path, mode))
