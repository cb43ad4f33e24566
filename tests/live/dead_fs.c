/* SPDX-License-Identifier: ISC */
/* dead_fs FOLDER: mounts a file system there that never answers, as an NFS of which the server is
 * gone: whoever touches it waits in the kernel, and only a signal that kills ends that. Until it is
 * killed. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	char options[128];

	snprintf(options, sizeof(options), "fd=%d,rootmode=40700,user_id=%u,group_id=%u", fd,
		 (unsigned)getuid(), (unsigned)getgid());
	if (argc != 2 || fd < 0 ||
	    mount("dead", argv[1], "fuse", MS_NOSUID | MS_NODEV, options) != 0) {
		perror("dead_fs");
		return 1;
	}
	puts("mounted");
	fflush(stdout);
	for (;;)
		pause();
}
