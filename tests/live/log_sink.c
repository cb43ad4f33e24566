/* SPDX-License-Identifier: ISC */
/* log_sink SOCKET: the system's log, for a test; each message on a line of its own, with \n for a
 * line's end inside it. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	char text[8192];
	ssize_t len, i;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	if (argc != 2 || fd < 0 || strlen(argv[1]) >= sizeof(at.sun_path))
		return 1;
	strcpy(at.sun_path, argv[1]);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0)
		return 1;
	while ((len = recv(fd, text, sizeof(text), 0)) >= 0) {
		for (i = 0; i < len; i++) {
			if (text[i] == '\n')
				fputs("\\n", stdout);
			else
				putchar(text[i]);
		}
		putchar('\n');
		fflush(stdout);
	}
	return 0;
}
