/* Stands between a program and its files in one folder: fails the Nth call of a kind, or writes down every
   change with its bytes. Loaded by LD_PRELOAD; steered from inside the process (see ../storage.py):

   shim_watch(folder)                 only what lies below this absolute path is looked at
   shim_arm(kinds, nth, error, ever)  the nth such call from now fails with that errno, or it and all after it
   shim_disarm()                      how often a call was failed since arming
   shim_calls(kinds)                  how many such calls there were since watching began
   shim_record(path)                  from now on every change goes to this file (which lies elsewhere)
   shim_mark(text)                    a word of the program's own among them

   A write that fails has written the first half of its bytes, as a disk may. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, OPEN = 4, TRUNCATE = 8, RENAME = 16, UNLINK = 32, READ = 64 };
enum { R_WRITE = 'w', R_SYNC = 's', R_SYNC_FOLDER = 'S', R_CREATE = 'c', R_TRUNCATE = 't',
       R_RENAME = 'r', R_UNLINK = 'u', R_MARK = 'm' };
enum { MOST_FILES = 4096, KINDS = 7 };

static char folder[4096];
static size_t folder_length;
static char watched[MOST_FILES]; /* 1: a file below the folder; 2: the folder itself */
static int armed_kinds, armed_error, armed_ever, fired, record = -1;
static long armed_nth, calls[KINDS];
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;


void shim_watch(const char *path) {
    folder_length = strlen(path);
    memcpy(folder, path, folder_length + 1);
    memset(calls, 0, sizeof calls);
}

void shim_arm(int kinds, long nth, int error, int ever) {
    armed_kinds = kinds; armed_nth = nth; armed_error = error; armed_ever = ever; fired = 0;
}

int shim_disarm(void) { armed_kinds = 0; return fired; }

long shim_calls(int kinds) {
    long sum = 0;
    for (int i = 0; i < KINDS; i++) if (kinds & (1 << i)) sum += calls[i];
    return sum;
}

void shim_record(const char *path) {
    record = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
}

/* The record: one byte of kind, then four numbers of 64 bits (inode, offset or size, bytes of the first text,
   bytes of the second or of the data), then both. */
static void put(char kind, uint64_t inode, int64_t where, const char *text, const void *data, size_t size) {
    if (record < 0) return;
    char head[33] = {kind};
    uint64_t numbers[4] = {inode, (uint64_t)where, text ? strlen(text) : 0, size};
    memcpy(head + 1, numbers, sizeof numbers);
    pthread_mutex_lock(&guard);
    if (syscall(SYS_write, record, head, sizeof head) < 0 ||
        (text && syscall(SYS_write, record, text, strlen(text)) < 0) ||
        (size && syscall(SYS_write, record, data, size) < 0)) abort();
    pthread_mutex_unlock(&guard);
}

void shim_mark(const char *text) { put(R_MARK, 0, 0, text, NULL, 0); }

static int index_of(int kind) { int i = 0; while (!(kind & (1 << i))) i++; return i; }

/* Whether this call shall fail; errno is set then. */
static int fails(int kind) {
    calls[index_of(kind)]++;
    if (!(kind & armed_kinds) || --armed_nth > 0) return 0;
    if (armed_nth < 0 && !armed_ever) return 0;
    fired++;
    errno = armed_error;
    return 1;
}

/* The name below the folder, "" for the folder itself, NULL for anything else. */
static const char *below(const char *path) {
    if (!folder_length || strncmp(path, folder, folder_length)) return NULL;
    if (!path[folder_length]) return path + folder_length;
    return path[folder_length] == '/' ? path + folder_length + 1 : NULL;
}

static int is_ours(int fd) { return fd >= 0 && fd < MOST_FILES && watched[fd] == 1; }

static uint64_t inode_of(int fd) { struct stat found; return fstat(fd, &found) ? 0 : found.st_ino; }

/* An absolute path of what a call names; relative names are rare here and always of an open folder. */
static const char *absolute(int at, const char *path, char *space) {
    if (path[0] == '/' || at == AT_FDCWD) return path;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", at);
    ssize_t size = readlink(link, space, 4096);
    if (size < 0) return path;
    snprintf(space + size, 4096 - (size_t)size, "/%s", path);
    return space;
}

static int opened(int at, const char *given, int flags, mode_t mode) {
    char space[8192];
    const char *path = absolute(at, given, space), *name = below(path);
    if (name && *name && fails(OPEN)) return -1;
    struct stat before;
    int was_there = !name || fstatat(at, given, &before, 0) == 0;
    int fd = (int)syscall(SYS_openat, at, given, flags, mode);
    if (fd < 0 || fd >= MOST_FILES) return fd;
    watched[fd] = (char)(name ? (*name ? 1 : 2) : 0);
    if (name && *name && !was_there) put(R_CREATE, inode_of(fd), 0, name, NULL, 0);
    else if (name && *name && (flags & O_TRUNC)) put(R_TRUNCATE, inode_of(fd), 0, NULL, NULL, 0);
    return fd;
}

#define OPENER(name, ...) \
    int name(__VA_ARGS__, int flags, ...) { \
        va_list rest; va_start(rest, flags); \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0; \
        va_end(rest);
OPENER(open, const char *path) return opened(AT_FDCWD, path, flags, mode); }
OPENER(open64, const char *path) return opened(AT_FDCWD, path, flags, mode); }
OPENER(openat, int at, const char *path) return opened(at, path, flags, mode); }
OPENER(openat64, int at, const char *path) return opened(at, path, flags, mode); }

int close(int fd) {
    if (fd >= 0 && fd < MOST_FILES) watched[fd] = 0;
    return (int)syscall(SYS_close, fd);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t where) {
    if (is_ours(fd) && fails(WRITE)) {
        ssize_t half = syscall(SYS_pwrite64, fd, data, size / 2, where);
        if (half > 0) put(R_WRITE, inode_of(fd), where, NULL, data, (size_t)half);
        errno = armed_error;
        return -1;
    }
    ssize_t done = syscall(SYS_pwrite64, fd, data, size, where);
    if (done > 0 && is_ours(fd)) put(R_WRITE, inode_of(fd), where, NULL, data, (size_t)done);
    return done;
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t where) { return pwrite64(fd, data, size, where); }

ssize_t write(int fd, const void *data, size_t size) {
    if (!is_ours(fd)) return syscall(SYS_write, fd, data, size);
    if (fails(WRITE)) {
        ssize_t half = syscall(SYS_write, fd, data, size / 2);
        if (half > 0) put(R_WRITE, inode_of(fd), lseek(fd, 0, SEEK_CUR) - half, NULL, data, (size_t)half);
        errno = armed_error;
        return -1;
    }
    ssize_t done = syscall(SYS_write, fd, data, size);
    if (done > 0) put(R_WRITE, inode_of(fd), lseek(fd, 0, SEEK_CUR) - done, NULL, data, (size_t)done);
    return done;
}

ssize_t pread64(int fd, void *data, size_t size, off64_t where) {
    if (is_ours(fd) && fails(READ)) return -1;
    return syscall(SYS_pread64, fd, data, size, where);
}
ssize_t pread(int fd, void *data, size_t size, off_t where) { return pread64(fd, data, size, where); }

static int synced(int fd, long call) {
    if (is_ours(fd) && fails(SYNC)) return -1;
    int done = (int)syscall(call, fd);
    if (!done && is_ours(fd)) put(R_SYNC, inode_of(fd), 0, NULL, NULL, 0);
    if (!done && fd >= 0 && fd < MOST_FILES && watched[fd] == 2) put(R_SYNC_FOLDER, 0, 0, NULL, NULL, 0);
    return done;
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

int ftruncate64(int fd, off64_t size) {
    if (is_ours(fd) && fails(TRUNCATE)) return -1;
    int done = (int)syscall(SYS_ftruncate, fd, size);
    if (!done && is_ours(fd)) put(R_TRUNCATE, inode_of(fd), size, NULL, NULL, 0);
    return done;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int renamed(int from_at, const char *from, int to_at, const char *to) {
    char one[8192], two[8192];
    const char *old = below(absolute(from_at, from, one)), *name = below(absolute(to_at, to, two));
    if ((old || name) && fails(RENAME)) return -1;
    int done = (int)syscall(SYS_renameat2, from_at, from, to_at, to, 0);
    if (!done && old && name) put(R_RENAME, 0, 0, old, name, strlen(name));
    return done;
}
int rename(const char *from, const char *to) { return renamed(AT_FDCWD, from, AT_FDCWD, to); }
int renameat(int a, const char *from, int b, const char *to) { return renamed(a, from, b, to); }

static int unlinked(int at, const char *path, int flags) {
    char space[8192];
    const char *name = below(absolute(at, path, space));
    if (name && fails(UNLINK)) return -1;
    int done = (int)syscall(SYS_unlinkat, at, path, flags);
    if (!done && name) put(R_UNLINK, 0, 0, name, NULL, 0);
    return done;
}
int unlink(const char *path) { return unlinked(AT_FDCWD, path, 0); }
int unlinkat(int at, const char *path, int flags) { return unlinked(at, path, flags); }
