/* SPDX-License-Identifier: ISC */
#include "system_log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "outlet.h"

#define SOCKET_PATH "/dev/log"
#define TEXT_LEN 2304

static struct outlet out;

static bool connect_to(int type)
{
	struct sockaddr_un log = {.sun_family = AF_UNIX, .sun_path = SOCKET_PATH};
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return false;
	if (connect(fd, (const struct sockaddr *)&log, sizeof(log)) == 0) {
		outlet_open(&out, fd);
		return true;
	}
	close(fd);
	return false;
}

/* The message as the C library writes it; its length. On a stream a NUL ends it, so that is in the
 * text, too. */
static size_t compose(char text[TEXT_LEN], int priority, const char *line)
{
	char when[32] = "";
	time_t now = time(NULL);
	struct tm local;

	if (localtime_r(&now, &local) != NULL)
		strftime(when, sizeof(when), "%b %e %H:%M:%S", &local);
	snprintf(text, TEXT_LEN, "<%d>%s dns01gate[%ld]: %.*s", LOG_DAEMON | priority, when,
		 (long)getpid(), (int)strcspn(line, "\n"), line);
	return strlen(text);
}

static bool is_stream(void)
{
	int type = 0;
	socklen_t len = sizeof(type);

	return getsockopt(out.fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM;
}

bool system_log(int priority, const char *text)
{
	char message[TEXT_LEN];
	size_t len = compose(message, priority, text);
	int round;

	/* A second time where the log was begun anew since. */
	for (round = 0; round < 2; round++) {
		if (!out.open && !connect_to(SOCK_DGRAM) &&
		    (errno != EPROTOTYPE || !connect_to(SOCK_STREAM)))
			return true;
		errno = 0;
		if (!outlet_put(&out, message, len + is_stream()))
			return false;
		if (errno != ECONNREFUSED && errno != ENOTCONN && errno != EPIPE &&
		    errno != ECONNRESET)
			return true;
		outlet_close(&out);
	}
	return true;
}

void system_log_last(int priority, const char *text)
{
	char message[TEXT_LEN];
	size_t len = compose(message, priority, text);

	if (out.open)
		outlet_last(&out, message, len + is_stream());
}
