/* SPDX-License-Identifier: ISC */
#include "say.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "output.h"

#define PROGRAM "dns01gate"
/* lego reads lines of up to 64 KiB; a person reads less. */
#define LINE_LEN 2048

#define KEPT_LEN 8192

static bool to_syslog;
static bool keeping;
static char kept[KEPT_LEN];

void say_to_syslog(void)
{
	openlog(PROGRAM, LOG_PID, LOG_DAEMON);
	to_syslog = true;
}

bool say_goes_to_syslog(void)
{
	return to_syslog;
}

void say_raw(const char *text, size_t len)
{
	output_raw(STDERR_FILENO, text, len);
}

char *say_printable(char *buf, size_t size, const char *text)
{
	size_t len = 0;

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		bool printable = c >= 0x20 && c < 0x7f;

		if (len + (printable ? 1 : 4) >= size)
			break;
		if (printable)
			buf[len++] = (char)c;
		else
			len += (size_t)snprintf(buf + len, size - len, "\\%03u", c);
	}
	buf[len] = '\0';
	return buf;
}

static void say_line(enum say_level level, const char *format, va_list args)
{
	static const int priority[] = {[SAY_ERROR] = LOG_ERR,
				       [SAY_WARNING] = LOG_WARNING,
				       [SAY_NOTICE] = LOG_NOTICE,
				       [SAY_INFO] = LOG_INFO};
	char text[LINE_LEN], line[LINE_LEN] = PROGRAM ": ";
	size_t len = strlen(line);

	if (vsnprintf(text, sizeof(text), format, args) < 0)
		return;
	say_printable(line + len, sizeof(line) - len - 2, text);
	if (to_syslog) {
		syslog(priority[level], "%s", line + len + strspn(line + len, " "));
		return;
	}
	len = strlen(line);
	line[len++] = '\n';
	line[len] = '\0';
	say_raw(line, len);
	if (keeping && level <= SAY_WARNING && strlen(kept) + len < sizeof(kept))
		strcat(kept, line);
}

void say_keep(void)
{
	keeping = true;
}

void say_kept(void)
{
	int terminal =
	    isatty(STDERR_FILENO) ? -1 : open("/dev/tty", O_WRONLY | O_NOCTTY | O_CLOEXEC);
	char *line, *rest = NULL;

	if (terminal >= 0) {
		output_raw(terminal, kept, strlen(kept));
		close(terminal);
	}
	openlog(PROGRAM, LOG_PID, LOG_DAEMON);
	for (line = strtok_r(kept, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		line += strlen(PROGRAM ": ");
		syslog(LOG_ERR, "%s", line + strspn(line, " "));
	}
}

void say_at(enum say_level level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_line(level, format, args);
	va_end(args);
}

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_line(SAY_ERROR, format, args);
	va_end(args);
}
