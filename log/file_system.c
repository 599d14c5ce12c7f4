/* Which file systems are shared by hosts. See file_system.h. */
#include "log/file_system.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/vfs.h>

/* The numbers of statfs(2). */
static const struct {
    uint32_t type;
    const char *name;
} network_types[] = {{0x6969, "NFS"},      {0x517b, "SMB"},       {0xff534d42, "CIFS"}, {0xfe534d42, "SMB"},
                     {0x5346414f, "AFS"},  {0x73757245, "Coda"},  {0x00c36400, "Ceph"}, {0x0bd00bd0, "Lustre"},
                     {0x01161970, "GFS2"}, {0x7461636f, "OCFS2"}, {0x47504653, "GPFS"}, {0x19830326, "BeeGFS"}};

enum dibs_error file_system_check(const char *path, struct error_text *why)
{
    struct statfs status;
    if (statfs(path, &status) != 0)
        return DIBS_OK;
    for (size_t i = 0; i < sizeof network_types / sizeof network_types[0]; i++)
        if ((uint32_t)status.f_type == network_types[i].type)
            return error_say(
                why, DIBS_UNAVAILABLE,
                "%s is on a network file system (%s), where two hosts could hold the same claim; name a "
                "directory on a disk of this host, or a kafka:// store for several hosts. If this host alone "
                "will ever use it: DIBS_NETWORK_FS=allow",
                path, network_types[i].name);
    return DIBS_OK;
}
